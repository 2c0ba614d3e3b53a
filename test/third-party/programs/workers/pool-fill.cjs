const { move } = require('piscina');

module.exports = ({ n, bytes }) => move(bytes.fill(n));
