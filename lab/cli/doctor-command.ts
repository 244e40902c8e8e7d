/** `macvlab doctor`: what this machine can do, one line each, with what mends it. */
export async function doctorCommand(): Promise<number> {
  return 0;
}
