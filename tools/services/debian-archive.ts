import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DebianArchitecture } from './debian-architecture.ts';
import { withSignatureVerifier, type DebianTools } from './debian-tools.ts';
import { runCommand, type CommandResult } from './run-command.ts';
import { ServiceError } from './service-error.ts';

const ATTEMPTS = 4;
/** What apt says when a signature is missing, wrong or by an unknown key. Asking again changes none of these. */
const SIGNATURE_REFUSED =
  /NO_PUBKEY|BADSIG|NODATA|Clearsigned file|EXPKEYSIG|REVKEYSIG|is not signed|no longer signed|Missing key|invalid signature|couldn't be verified|cannot be authenticated|unauthenticated/i;
/** What the archive does not have, now or at the next attempt. */
const NOT_THERE =
  /does not have a Release file|404 +Not Found|File not found|Unable to (locate package|correct problems)/i;

/** An apt with sources, lists, cache and state of its own in `folder`: needs no root and touches nothing else. */
export class DebianArchive {
  readonly #folder: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(folder: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#environment = environment;
  }

  /** Prepares `folder` and fetches the signed package lists of `suites` from `mirror`. */
  static async open(
    folder: string,
    o: {
      mirror: string;
      suites: readonly string[];
      provided: readonly string[];
      architecture: DebianArchitecture;
      tools: DebianTools;
    },
  ): Promise<DebianArchive> {
    await mkdir(join(folder, 'lists', 'partial'), { recursive: true });
    await mkdir(join(folder, 'cache', 'archives', 'partial'), { recursive: true });
    const { name } = o.architecture;
    const source = `deb [arch=${name} target=Packages lang=none signed-by=${o.tools.keyring}] ${o.mirror}`;
    await writeFile(
      join(folder, 'sources.list'),
      o.suites.map((suite) => `${source} ${suite} main\n`).join(''),
    );
    await writeFile(join(folder, 'status'), o.provided.map(installedStanza).join(''));
    await writeFile(join(folder, 'apt.conf'), configuration(folder, name));
    const archive = new DebianArchive(folder, await withSignatureVerifier(folder, o.tools.environment));
    await archive.#run('update');
    return archive;
  }

  /**
   * Downloads a package and all that it depends on; gives the folder of `.deb` files. Each file's hash is
   * checked by apt against the signed lists.
   */
  async download(install: string, onSize: (size: string) => void): Promise<string> {
    let told = false;
    const tell = (output: string): void => {
      const size = /^Need to get ([0-9.,]+ [kMG]?B)/m.exec(output)?.[1];
      if (size === undefined || told) return;
      told = true;
      onSize(size);
    };
    await this.#run('install', ['--download-only', '--assume-yes', '--no-install-recommends', install], tell);
    return join(this.#folder, 'cache', 'archives');
  }

  async #run(
    command: string,
    more: readonly string[] = [],
    onStdout?: (text: string) => void,
  ): Promise<void> {
    const commandArguments = ['-c', join(this.#folder, 'apt.conf'), '--quiet', command, ...more];
    for (let attempt = 1; ; attempt++) {
      const result = await runCommand('apt-get', commandArguments, {
        environment: this.#environment,
        ...(onStdout === undefined ? {} : { onStdout }),
      });
      if (result.status === 0) return;
      const error = refusal(command, result);
      if (attempt === ATTEMPTS || error.code === 'signature-refused' || NOT_THERE.test(error.message))
        throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** (attempt - 1)));
    }
  }
}

function refusal(command: string, result: CommandResult): ServiceError {
  const said = result.stderr.split('\n').filter((line) => /^[EW]:/.test(line));
  const reason = (said.find((line) => SIGNATURE_REFUSED.test(line)) ?? said[0] ?? result.stderr)
    .replace(/^[EW]: /, '')
    .trim();
  const value = `apt-get ${command}: status ${String(result.status)}`;
  if (!SIGNATURE_REFUSED.test(reason)) return new ServiceError('download-failed', reason, { value });
  const advice = /NO_PUBKEY|Missing key/.test(reason)
    ? ' (this machine does not know that key: install a newer debian-archive-keyring)'
    : '';
  return new ServiceError('signature-refused', `${reason}${advice}`, {
    value,
    limit: "a valid signature by a key in Debian's archive keyring",
  });
}

/** An entry of dpkg's status file that makes apt take a dependency for installed. */
function installedStanza(name: string): string {
  return (
    `Package: ${name}\nStatus: install ok installed\nArchitecture: all\nMulti-Arch: foreign\n` +
    `Maintainer: none\nVersion: 999\nDescription: not needed to run the program\n\n`
  );
}

/**
 * The machine's own configuration stays in force for what it says of proxies; hooks, sources, preferences, keys
 * and every folder that is written to are replaced, and no setting of the machine can waive a signature.
 */
function configuration(folder: string, architecture: string): string {
  return `#clear APT::Update;
#clear DPkg;
#clear APT::Architectures;
APT::Architecture "${architecture}";
APT::Architectures { "${architecture}"; };
APT::Sandbox::User "root";
APT::Update::Error-Mode "any";
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
Acquire::Retries "3";
Acquire::http::Timeout "30";
Acquire::https::Timeout "30";
Dir::Etc::sourcelist "${folder}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::Etc::trusted "/dev/null";
Dir::Etc::trustedparts "/dev/null";
Dir::State "${folder}";
Dir::State::lists "${folder}/lists";
Dir::State::status "${folder}/status";
Dir::Cache "${folder}/cache";
Dir::Cache::archives "archives";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "";
Dir::Log "${folder}";
`;
}
