/**
 * A certificate as a hospital would have it from a public authority, made here: a leaf, its issuer and that one's
 * cross-signed issuer, together at least `LEAST_BYTES` on the wire, which every cold join over a weak link pays for.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Of the chain as TLS sends it, before any compression. */
export const LEAST_BYTES = 2500;
const RECEIPT_BYTES = 420;

/** @param {string} folder @param {string} address of the server @returns {{chain: string, key: string, bytes: number}} */
export function makeCertificate(folder, address) {
  mkdirSync(folder, { recursive: true });
  const file = (/** @type {string} */ name) => join(folder, name);
  if (!existsSync(file('chain.pem'))) {
    /** @param {string} words */
    const openssl = (words) => execFileSync('openssl', words.split(' '), { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] });
    // No address of an issuer or a list: a browser would look for them for twenty seconds where there is no network.
    const authority = 'basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\nextendedKeyUsage=serverAuth,clientAuth\n'
      + 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\ncertificatePolicies=2.23.140.1.2.1\n';
    writeFileSync(file('authority.ext'), authority);
    // Public leaves carry the receipts of two logs and those addresses; ours carries as many bytes in their place.
    const receipts = Buffer.alloc(RECEIPT_BYTES, 0x5a).toString('hex');
    writeFileSync(file('leaf.ext'), 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=serverAuth\n'
      + 'subjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\ncertificatePolicies=2.23.140.1.2.1\n'
      + `subjectAltName=IP:${address},DNS:consult.example.org,DNS:www.consult.example.org\n1.3.6.1.4.1.11129.2.4.2=DER:0482${RECEIPT_BYTES.toString(16).padStart(4, '0')}${receipts}\n`);
    openssl('req -x509 -newkey rsa:4096 -nodes -keyout root.key -out root.pem -days 3650 -subj /C=VN/O=Lab/CN=Root');
    openssl('ecparam -name secp384r1 -genkey -noout -out crossed.key');
    openssl('req -new -key crossed.key -out crossed.csr -subj /C=VN/O=Lab/CN=Crossed');
    openssl('x509 -req -in crossed.csr -CA root.pem -CAkey root.key -CAcreateserial -days 3650 -extfile authority.ext -out crossed.pem');
    openssl('ecparam -name secp384r1 -genkey -noout -out issuer.key');
    openssl('req -new -key issuer.key -out issuer.csr -subj /C=VN/O=Lab/CN=Issuer');
    openssl('x509 -req -in issuer.csr -CA crossed.pem -CAkey crossed.key -CAcreateserial -days 3650 -extfile authority.ext -out issuer.pem');
    openssl('genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out leaf.key');
    openssl('req -new -key leaf.key -out leaf.csr -subj /CN=consult.example.org');
    openssl('x509 -req -in leaf.csr -CA issuer.pem -CAkey issuer.key -CAcreateserial -days 90 -extfile leaf.ext -out leaf.pem');
    writeFileSync(file('chain.pem'), ['leaf.pem', 'issuer.pem', 'crossed.pem'].map((name) => readFileSync(file(name), 'utf8')).join(''));
  }
  const chain = readFileSync(file('chain.pem'), 'utf8');
  const bytes = [...chain.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)/g)].reduce((sum, [, text]) => sum + Buffer.from(text ?? '', 'base64').length, 0);
  if (bytes < LEAST_BYTES) throw new Error(`the certificate chain has ${bytes} bytes, ${LEAST_BYTES} at least are wanted`);
  return { chain: file('chain.pem'), key: file('leaf.key'), bytes };
}
