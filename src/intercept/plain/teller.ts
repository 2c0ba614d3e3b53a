import type { InterceptHost } from '../../control/thread/interceptor.ts';
import { lengthOf, NO_VIEW, type View, viewOf } from './views.ts';

const { isView } = ArrayBuffer;

/** Tells whole elements, and ranges of them. */
export class Teller {
  private readonly host: InterceptHost;
  private readonly control: ArrayBufferLike;
  /** For each site the view that it saw last: a loop works on one view most of the time. */
  private readonly last: View[] = [];

  constructor(host: InterceptHost) {
    this.host = host;
    this.control = host.engine.words.buffer;
  }

  /** Sites up to this number may be used. */
  reserve(sites: number): void {
    while (this.last.length < sites) this.last.push(NO_VIEW);
  }

  /** The view of an access; its buffer is undefined where it is not shared. */
  seen(array: object, site: number): View {
    const { last } = this;
    if (site >= last.length) this.reserve(site + 1);
    if (last[site].view !== array) last[site] = viewOf(array);
    return last[site];
  }

  /** @param first the number of the first element; @param count of elements, of which there are so many */
  read(view: View, first: number, count: number, site: number): void {
    const { buffer, start, size } = view;
    if (buffer === undefined || buffer === this.control || count <= 0) return;
    this.host.plain.read(buffer, start + first * size, count * size, site);
  }

  write(view: View, first: number, count: number, site: number): void {
    const { buffer, start, size } = view;
    if (buffer === undefined || buffer === this.control || count <= 0) return;
    this.host.plain.write(buffer, start + first * size, count * size, site);
  }

  /** All of a view is about to be read, if it is one. */
  readAll(value: unknown, site: number): void {
    if (!isView(value)) return;
    const view = viewOf(value);
    if (view.buffer !== undefined) this.read(view, 0, lengthOf(view), site);
  }
}
