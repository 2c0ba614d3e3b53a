// Of equal times the first one set fires first; 0 is 1, and so is what is no time at all.
for (const ms of [1, 0, undefined, Number.NaN, -5, '1', 1.5]) setTimeout(() => console.log(ms), ms);
