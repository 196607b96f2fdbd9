export type ServiceName = 'bitcoind' | 'litecoind' | 'postgres' | 'anvil' | 'spin';

/** What to take from Debian's archive without installing it. */
export interface DebianPackages {
  /** Archive suites that the package and its dependencies come from. */
  readonly suites: readonly string[];
  /** What apt is asked for: a package, or `package/suite` to take that one package from a suite of its own. */
  readonly install: string;
  /** Dependencies that are not taken: what only maintainer scripts use, and what the machine has in its place. */
  readonly provided: readonly string[];
}

/** How to take a service from Debian's archive without installing it. */
export interface DebianRecipe extends DebianPackages {
  /** The program, as a path inside the unpacked packages. */
  readonly executable: string;
}

/** How to take a service from an npm package that the user has installed; nothing is installed for it. */
export interface NpmRecipe {
  readonly package: string;
  /** The package that carries the program for a platform, in npm's and Go's names for it (`linux`, `amd64`). */
  readonly platformPackage: (platform: string, architecture: string) => string;
  readonly executable: string;
}

export interface Recipe {
  readonly environmentVariable: string;
  readonly debian?: DebianRecipe;
  readonly npm?: NpmRecipe;
  /** What a user is told to install where nothing else worked: completes "Install …". */
  readonly install: string;
}

/** Every service that the suite knows how to get. A service more is an entry more. */
export const recipes: Readonly<Record<ServiceName, Recipe>> = {
  bitcoind: {
    environmentVariable: 'BITCOIND',
    debian: {
      suites: ['trixie', 'trixie-backports'],
      install: 'bitcoin-knots/trixie-backports',
      provided: ['debconf', 'systemd'],
      executable: 'usr/bin/bitcoind',
    },
    install: 'Bitcoin Core 29 or Bitcoin Knots 29, or newer',
  },
  litecoind: {
    environmentVariable: 'LITECOIND',
    debian: {
      suites: ['bookworm'],
      install: 'litecoind',
      provided: [],
      // The package's usr/bin/litecoind is a script that writes into the user's home folder.
      executable: 'usr/lib/litecoin/litecoind',
    },
    install: 'Litecoin Core 0.21.2 or newer',
  },
  postgres: {
    environmentVariable: 'POSTGRES',
    debian: {
      suites: ['bookworm'],
      install: 'postgresql-15',
      // The compiler of queries (LLVM) is as large as everything else, and is loaded only where it is turned on.
      provided: [
        'debconf',
        'libllvm14',
        'libxslt1.1',
        'locales',
        'postgresql-client-15',
        'postgresql-common',
        'ssl-cert',
        'tzdata',
      ],
      executable: 'usr/lib/postgresql/15/bin/postgres',
    },
    install: 'PostgreSQL 15 or newer (Debian: postgresql)',
  },
  spin: {
    environmentVariable: 'SPIN',
    debian: { suites: ['bookworm'], install: 'spin', provided: [], executable: 'usr/bin/spin' },
    install: 'Spin 6.5.2 or newer (Debian: spin)',
  },
  anvil: {
    environmentVariable: 'ANVIL',
    npm: {
      package: '@foundry-rs/anvil',
      platformPackage: (platform, architecture) => `@foundry-rs/anvil-${platform}-${architecture}`,
      executable: 'bin/anvil',
    },
    install: 'the npm package @foundry-rs/anvil, or Foundry',
  },
};
