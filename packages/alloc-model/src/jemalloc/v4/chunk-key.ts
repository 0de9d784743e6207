/** Chunks have numbers. */
import { CHUNK_SIZE } from '../size-classes.js';

/** The number of the chunk at or around an address. Fits 32 bits: addresses have 47. */
export function chunkKey(address: number): number {
  return (address / CHUNK_SIZE) | 0;
}
