// Imported once by every worker that runs programs: Node.js then compiles what tells the names that such a module exports.
// That takes a while, of which it tells nobody, and must not lie within a schedule.
exports.isCommonJs = true;
