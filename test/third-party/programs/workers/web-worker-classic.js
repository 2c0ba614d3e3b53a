self.importScripts('./web-worker-square.js');

self.addEventListener('message', ({ data }) => self.postMessage(self.square(data)));
