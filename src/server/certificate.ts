import { isIP } from 'node:net';
import { generate } from 'selfsigned';

/** PEM texts for `https.createServer`. */
export interface Certificate {
  readonly key: string;
  readonly cert: string;
}

/**
 * A self-signed certificate for this run, so that cameras work on other devices of the network. Browsers ask once
 * whether to trust it.
 * @param addresses IP addresses beside localhost
 */
export async function selfSignedCertificate(addresses: readonly string[]): Promise<Certificate> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'Passaparola' }], {
    keyType: 'ec',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: false },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      {
        name: 'subjectAltName',
        altNames: [
          { type: 2, value: 'localhost' },
          ...['127.0.0.1', ...addresses.filter((address) => isIP(address) !== 0)].map(
            (ip) => ({ type: 7, ip }) as const,
          ),
        ],
      },
    ],
  });
  return { key, cert };
}
