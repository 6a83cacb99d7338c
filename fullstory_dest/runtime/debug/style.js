/** The panel's look. `!important` where a page's own rules for all elements would win over a host's. */
export const STYLE = `
  :host {
    all: initial !important; position: fixed !important; right: 12px !important; bottom: 12px !important;
    z-index: 2147483647 !important; max-width: calc(100vw - 24px) !important; color-scheme: light dark !important;
    --back: #fff; --raised: #f6f7f9; --line: #dfe3e8; --text: #1b2430; --soft: #5b6675; --accent: #4338ca;
    --good: #0f7a4d; --good-back: #e3f5ec; --warn: #8a4b00; --warn-back: #fdf0da; --bad: #b42318; --bad-back: #fde8e6;
  }
  @media (prefers-color-scheme: dark) { :host {
    --back: #16191f; --raised: #1f242c; --line: #343b46; --text: #e8ebf0; --soft: #a2adbb; --accent: #a5b4fc;
    --good: #6ee7a8; --good-back: #12382a; --warn: #fbc66f; --warn-back: #3d2c0c; --bad: #fda29b; --bad-back: #451a17;
  } }
  @media print { :host { display: none !important; } }
  *, ::before { box-sizing: border-box; }
  [hidden] { display: none !important; }
  .panel {
    display: flex; flex-direction: column; width: 440px; max-width: 100%; max-height: min(620px, 70vh); overflow: hidden;
    font: 13px/1.45 system-ui, sans-serif; color: var(--text); background: var(--back); text-align: left;
    border: 1px solid var(--line); border-radius: 10px; box-shadow: 0 8px 28px rgb(0 0 0 / .22);
  }
  .panel.collapsed { width: auto; }
  button, input { font: inherit; color: inherit; }
  button { border: 0; background: none; padding: 6px 9px; border-radius: 6px; cursor: pointer; }
  button:hover, summary:hover { background: var(--raised); }
  :focus-visible { outline: 2px solid var(--accent); outline-offset: -2px; }
  header { display: flex; align-items: center; gap: 2px; padding: 4px; }
  .toggle { display: flex; flex: 1; align-items: baseline; gap: 8px; min-width: 0; text-align: left; white-space: nowrap; }
  .title { font-weight: 650; }
  .toggle::before { content: "▾"; color: var(--soft); }
  .collapsed .toggle::before { content: "▴"; }
  .counts { color: var(--soft); font-size: 12px; overflow: hidden; text-overflow: ellipsis; }
  .quiet { color: var(--soft); }
  .notice { display: flex; gap: 8px; align-items: start; max-height: 40vh; padding: 8px 13px; overflow: auto; color: var(--good); background: var(--good-back); border-top: 1px solid var(--line); }
  .notice.problem { color: var(--bad); background: var(--bad-back); }
  .notice > div { flex: 1; min-width: 0; overflow-wrap: anywhere; }
  .notice p { margin: 0; }
  .notice p + p { font-size: 12px; }
  .notice button { padding: 2px 9px; font-weight: 600; border: 1px solid; }
  .collapsed .notice { max-width: 440px; }
  .body { display: flex; flex-direction: column; min-height: 0; border-top: 1px solid var(--line); }
  .destinations { display: grid; gap: 2px; margin: 0; padding: 8px 13px; list-style: none; background: var(--raised); border-bottom: 1px solid var(--line); }
  .destinations li { display: flex; flex-wrap: wrap; gap: 0 8px; align-items: baseline; }
  .state { color: var(--warn); }
  .state::before { content: "● "; font-size: 10px; }
  .running { color: var(--good); }
  .broken { color: var(--bad); }
  .filter { display: flex; gap: 8px; align-items: center; padding: 8px 13px; color: var(--soft); border-bottom: 1px solid var(--line); }
  .filter input {
    flex: 1; min-width: 0; padding: 5px 9px; color: var(--text); background: var(--back);
    border: 1px solid var(--line); border-radius: 6px;
  }
  p.empty { margin: 0; padding: 22px 13px; color: var(--soft); text-align: center; }
  ol { flex: 1; min-height: 0; margin: 0; padding: 0; list-style: none; overflow-y: auto; overscroll-behavior: contain; }
  ol > li + li { border-top: 1px solid var(--line); }
  summary { display: flex; gap: 8px; align-items: baseline; padding: 8px 13px; cursor: pointer; list-style: none; }
  summary::-webkit-details-marker { display: none; }
  .type { flex: none; min-width: 58px; color: var(--accent); font-weight: 600; }
  .name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
  .badge { flex: none; padding: 1px 7px; border-radius: 9px; font-size: 11.5px; color: var(--soft); background: var(--raised); }
  .badge.good { color: var(--good); background: var(--good-back); }
  .badge.warn { color: var(--warn); background: var(--warn-back); }
  .badge.bad { color: var(--bad); background: var(--bad-back); }
  time { flex: none; color: var(--soft); font-size: 11.5px; font-variant-numeric: tabular-nums; }
  .detail { display: grid; grid-template-columns: minmax(0, 1fr); gap: 8px; padding: 2px 13px 12px; overflow-wrap: anywhere; }
  .detail p, .detail ul { margin: 0; }
  .detail ul { padding-left: 18px; }
  .mapping { display: grid; grid-template-columns: minmax(0, 1fr); gap: 4px; padding-left: 18px; position: relative; }
  .mapping::before { content: "–"; position: absolute; left: 2px; color: var(--soft); }
  .mapping.called::before { content: "✓"; color: var(--good); }
  .mapping.error::before { content: "✗"; color: var(--bad); }
  .mapping b { font-weight: 600; }
  .mapping.trigger b { font-weight: 400; }
  code, pre { font: 12px/1.5 ui-monospace, Menlo, Consolas, monospace; }
  pre { margin: 0; padding: 8px 10px; max-height: 220px; overflow: auto; background: var(--raised); border-radius: 6px; white-space: pre-wrap; }
  .warning { padding: 5px 10px; color: var(--warn); background: var(--warn-back); border-radius: 6px; }
  .error .why { color: var(--bad); }
  .detail details summary { padding: 3px 0; color: var(--soft); }
  .detail details summary::before { content: "▸"; }
  .detail details[open] summary::before { content: "▾"; }
  @media (max-width: 480px) {
    :host { right: 8px !important; bottom: 8px !important; max-width: calc(100vw - 16px) !important; }
    .panel:not(.collapsed) { width: calc(100vw - 16px); max-height: 60vh; }
    .type { min-width: 0; }
    time { display: none; }
  }`;
