/** Light and dark, narrow and wide; no fonts or images from elsewhere. */
export const REPORT_STYLE = `
:root { color-scheme: light dark; --ink: #1c2430; --dim: #667085; --line: #d8dee8; --paper: #fbfcfe; --card: #ffffff;
  --good: #13795b; --bad: #b42318; --bitcoin: #c2660a; --secret: #6941c6; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6eaf0; --dim: #98a2b3; --line: #344054; --paper: #11161d;
  --card: #1a212b; --good: #32d583; --bad: #f97066; --bitcoin: #fdb022; --secret: #b692f6; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 68rem; padding: 2rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.8rem; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .25rem; }
h3 { margin: 0; text-transform: capitalize; }
p { margin: .25rem 0 1rem; color: var(--dim); max-width: 60rem; }
a { color: inherit; }
code, pre, .id { font: .8rem/1.4 ui-monospace, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; border: 1px solid var(--line); border-radius: .4rem; padding: .6rem; margin: .5rem 0; }
table { border-collapse: collapse; width: 100%; background: var(--card); border: 1px solid var(--line); border-radius: .5rem; }
th, td { text-align: left; padding: .45rem .75rem; border-bottom: 1px solid var(--line); font-variant-numeric: tabular-nums; }
th { color: var(--dim); font-weight: 500; font-size: .85rem; }
.good { color: var(--good); } .bad { color: var(--bad); }
.outcome { font-size: .85rem; font-weight: 500; color: var(--good); margin-left: .5rem; }
.timeline { display: grid; grid-template-columns: 1fr 4.5rem 1fr; gap: .3rem .6rem; align-items: center; }
.timeline .head { font-weight: 600; } .timeline .time { text-align: center; color: var(--dim);
  font-size: .8rem; font-variant-numeric: tabular-nums; }
.card { background: var(--card); border: 1px solid var(--line); border-left: .25rem solid var(--bitcoin);
  border-radius: .4rem; padding: .3rem .6rem; min-width: 0; }
.card b { white-space: nowrap; font-weight: 600; margin-right: .5rem; } .card code { color: var(--dim); }
.card.done { border-left-color: var(--line); } .card.done b { font-weight: 400; }
.card.secret { border-left-color: var(--secret); } .card.trouble { border-left-color: var(--bad); }
.transactions { margin-top: 1rem; font-size: .9rem; }
.pair { display: grid; grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); gap: 1rem; }
.log { background: var(--card); border: 1px solid var(--line); border-radius: .5rem; padding: 1rem; min-width: 0; }
@media (max-width: 40rem) { .timeline { grid-template-columns: 1fr 3rem 1fr; } .card code { display: block; } }
`;
