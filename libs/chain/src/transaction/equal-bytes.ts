/** Whether two byte arrays are the same. Of what everybody may know: it ends at the first difference. */
export function equalBytesVartime(left: Uint8Array, right: Uint8Array): boolean {
  if (left.length !== right.length) return false;
  for (let index = 0; index < left.length; index += 1) if (left[index] !== right[index]) return false;
  return true;
}
