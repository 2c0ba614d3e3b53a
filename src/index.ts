export { LabError, type ErrorCode } from './platform/error.ts';
