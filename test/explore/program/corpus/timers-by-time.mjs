for (const ms of [30, 10, 20, 1]) setTimeout((text) => console.log(text), ms, `${ms} ms`);
console.log('set');
