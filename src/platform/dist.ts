const NAME = '/dist/';

/**
 * Where what is compiled lies, as a URL that ends with a slash. A module asks here and not for its own place, because a
 * worker may run it out of a bundle.
 */
export const DIST = import.meta.url.slice(0, import.meta.url.lastIndexOf(NAME) + NAME.length);
