self.square = (n) => n * n;
