import { createContext } from 'node:vm';
import { MessageChannel, moveMessagePortToContext } from 'node:worker_threads';

const { port1 } = new MessageChannel();
moveMessagePortToContext(port1, createContext({}));
