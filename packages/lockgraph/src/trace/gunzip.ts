/**
 * Unpacks gzip data as it comes. Of data that ends too early, as where its writer was stopped or a copy failed, there is all that was there; and that it
 * ended too early is known. Several members are one file (RFC 1952, section 2.2); what comes behind the last one is damage, unless it begins with a zero, which is padding.
 * Cost: that of zlib. Memory: what becomes of {@link PIECE} bytes, which is at most a thousand times as much.
 */
import { finished } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { Gunzip } from 'node:zlib';
import { TraceError } from './trace-error.js';

/** Bytes that are unpacked at once. */
const PIECE = 16_384;

export interface Unpacked {
  readonly chunks: AsyncGenerator<Uint8Array>;
  /** Whether the data ended too early; once all chunks were read. */
  readonly isCut: () => boolean;
}

/** @param file for errors, which come out of the chunks: a TraceError if the data is damaged */
export function gunzipped(file: string, packed: AsyncIterable<Uint8Array>): Unpacked {
  let isCut = false;
  async function* chunks(): AsyncGenerator<Uint8Array> {
    const gunzip = createGunzip();
    const unpacked: Uint8Array[] = [];
    gunzip.on('data', (chunk: Uint8Array) => unpacked.push(chunk));
    try {
      for await (const chunk of packed) {
        for (let from = 0; from < chunk.length; from += PIECE) {
          await fed(gunzip, chunk.subarray(from, from + PIECE));
          yield* unpacked.splice(0);
        }
      }
      isCut = !(await ended(gunzip));
      yield* unpacked.splice(0);
    } catch (error) {
      throw isDamage(error) ? new TraceError(file, undefined, `damaged gzip data: ${error.message}`) : error;
    } finally {
      gunzip.destroy();
    }
  }
  return { chunks: chunks(), isCut: () => isCut };
}

/** Resolves when all that comes of a piece was told. */
function fed(gunzip: Gunzip, piece: Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    // Of a write that fails, nobody else tells.
    gunzip.once('error', reject);
    gunzip.write(piece, () => {
      gunzip.off('error', reject);
      resolve();
    });
  });
}

/** Nothing follows. @returns whether something should have */
async function ended(gunzip: Gunzip): Promise<boolean> {
  gunzip.end();
  try {
    await finished(gunzip);
    return true;
  } catch (error) {
    if (isDamage(error) && error.code === 'Z_BUF_ERROR') return false;
    throw error;
  }
}

function isDamage(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
