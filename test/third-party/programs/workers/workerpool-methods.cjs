const workerpool = require('workerpool');

workerpool.worker({ negate: (n) => -n });
