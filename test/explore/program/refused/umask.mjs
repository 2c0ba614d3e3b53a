process.umask(0o22);
