import { stackText } from '../../control/notes/site.ts';
import { type InterceptHost, type Interceptor, replace } from '../../control/thread/interceptor.ts';
import { RealSharedArrayBuffer } from '../../control/thread/originals.ts';
import { FAIL } from '../../control/words/layout.ts';

/** Shared memory that a thread makes while it runs is its own, and known by its number where it is sent to others. */
export const allocation: Interceptor = { name: 'allocation', install };

function install(host: InterceptHost): undefined {
  const { buffers } = host;
  const construct = (
    target: typeof SharedArrayBuffer,
    args: unknown[],
    newTarget: new () => object,
  ): object => {
    const buffer = Reflect.construct(target, args, newTarget) as SharedArrayBuffer;
    buffers.made(buffer);
    return buffer;
  };
  replace(globalThis, 'SharedArrayBuffer', new Proxy(RealSharedArrayBuffer, { construct }));
  refuseGrowth(host);
}

/** A buffer that grew stays so in all later schedules. */
function refuseGrowth({ engine }: InterceptHost): void {
  const { prototype } = RealSharedArrayBuffer as unknown as { prototype: { grow?: (bytes: number) => void } };
  const { grow } = prototype;
  if (grow === undefined) return;
  Object.defineProperty(prototype, 'grow', {
    writable: true,
    configurable: true,
    value(this: SharedArrayBuffer, bytes: number): void {
      if (engine.controlled && Number(bytes) > this.byteLength) {
        engine.abort(FAIL.ALLOCATION, {
          name: 'SharedArrayBuffer',
          message:
            `thread ${engine.me} grew a SharedArrayBuffer from ${this.byteLength} to ${String(bytes)} bytes: the explorer ` +
            'cannot put it back between schedules; grow it in setup',
          stack: stackText(),
        });
      }
      grow.call(this, bytes);
    },
  });
}
