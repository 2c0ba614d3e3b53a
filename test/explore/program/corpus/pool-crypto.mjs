import { createHash, pbkdf2, randomBytes, webcrypto } from 'node:crypto';
import { promisify } from 'node:util';

const key = await promisify(pbkdf2)('secret', 'salt', 1000, 16, 'sha256');
console.log(key.toString('hex'));
const [digest, random] = await Promise.all([
  webcrypto.subtle.digest('SHA-256', Buffer.from('text')),
  promisify(randomBytes)(8),
]);
console.log(
  Buffer.from(digest).toString('hex') === createHash('sha256').update('text').digest('hex'),
  random.length,
);
