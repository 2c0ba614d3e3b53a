export { type ErrorCode, LabError } from './platform/error.ts';
