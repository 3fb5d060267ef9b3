/** Bytes of an Ed25519 public key and of a signature. @see RFC 8032 */
export const PUBLIC_KEY_BYTES = 32;
export const SIGNATURE_BYTES = 64;

/** The host's key, as the core needs it. */
export interface Signer {
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
  /** Signature over the message, 64 bytes. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** The part of cryptography that a viewer needs. The simulator replaces this port, and only this one. */
export interface Verification {
  /** Never rejects: whatever is malformed is simply not valid. */
  verify(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Promise<boolean>;
  /** SHA-256. */
  hash(bytes: Uint8Array): Uint8Array;
}
