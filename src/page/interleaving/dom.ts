/**
 * As much of the browser's types as the page's script uses. The compiler's own would give every file of this package a
 * `window` and a `document`, which Node.js does not have.
 */
export interface PageElement {
  textContent: string | null;
  innerHTML: string;
  hidden: boolean;
  checked: boolean;
  readonly className: string;
  readonly tagName: string;
  readonly dataset: Record<string, string | undefined>;
  readonly classList: { contains(name: string): boolean };
  querySelector(selector: string): PageElement | null;
  querySelectorAll(selector: string): Iterable<PageElement>;
  closest(selector: string): PageElement | null;
  append(...children: (PageElement | string)[]): void;
  replaceChildren(...children: (PageElement | string)[]): void;
  setAttribute(name: string, value: string): void;
  removeAttribute(name: string): void;
  scrollIntoView(options: { block: string }): void;
  addEventListener(type: string, listener: (event: PageEvent) => void): void;
}

export interface PageEvent {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly target: PageElement;
  preventDefault(): void;
}

export interface PageDocument extends PageElement {
  createElement(name: string): PageElement;
}

export interface PageClipboard {
  writeText(text: string): Promise<void>;
}
