declare module 'istanbul-lib-instrument' {
  interface Instrumenter {
    instrumentSync(code: string, filename: string): string;
    lastSourceMap(): object;
  }

  function createInstrumenter(o: {
    coverageVariable: string;
    esModules: boolean;
    produceSourceMap: boolean;
    parserPlugins: readonly string[];
  }): Instrumenter;

  export { createInstrumenter, type Instrumenter };
}
