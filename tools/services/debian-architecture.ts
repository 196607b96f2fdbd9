/** Debian's names for one processor architecture. */
export interface DebianArchitecture {
  readonly name: string;
  /** The multiarch folder of libraries, `lib/<triplet>` and `usr/lib/<triplet>`. */
  readonly triplet: string;
  /** The dynamic loader inside that folder. */
  readonly loader: string;
}

const architectures: Readonly<Record<string, DebianArchitecture>> = {
  x64: { name: 'amd64', triplet: 'x86_64-linux-gnu', loader: 'ld-linux-x86-64.so.2' },
  arm64: { name: 'arm64', triplet: 'aarch64-linux-gnu', loader: 'ld-linux-aarch64.so.1' },
};

/** Debian's names for Node's `process.arch`, or `undefined` where the recipes have no packages for it. */
export function debianArchitecture(arch: string): DebianArchitecture | undefined {
  return architectures[arch];
}
