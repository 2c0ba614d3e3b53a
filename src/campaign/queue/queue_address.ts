import { LabError } from '../../platform/error.ts';

/** Where a queue is. */
export interface QueueAddress {
  /** As it was given, perhaps with a password: it is never shown or written. */
  readonly url: string;
  /** Without name, password and query. */
  readonly shown: string;
}

const SCHEMES: readonly string[] = ['redis:', 'rediss:'];

/** Reads the value of `--queue`. @throws `Usage`, which does not repeat a password */
export function queueAddress(text: string): QueueAddress {
  const url = urlOf(text);
  const shown = `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`;
  if (!SCHEMES.includes(url.protocol)) {
    const postgres = url.protocol.startsWith('postgres') ? '; queues in PostgreSQL are not supported' : '';
    throw new LabError('Usage', `--queue: ${shown} is not the URL of a Redis: ${FORM}${postgres}`);
  }
  return { url: text, shown };
}

const FORM = 'it is redis://HOST:PORT, or rediss://HOST:PORT with TLS';

function urlOf(text: string): URL {
  try {
    const url = new URL(text);
    if (url.host !== '') return url;
  } catch {
    // It is told below, as one without a host.
  }
  throw new LabError('Usage', `--queue: is no URL of a Redis: ${FORM}`);
}
