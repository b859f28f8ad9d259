extension ReviewPage {
    /// The page. Values are escaped by `MarkupEscaping`; nothing here takes one as it is.
    static let template = """
        {{% CONTENT_TYPE:\(MarkupEscaping.name)}}<!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <meta name="referrer" content="no-referrer">
        <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; style-src 'unsafe-inline'">
        <title>{{title}} · CustomContrast</title>
        <style>
        \(style)
        </style>
        </head>
        <body>
        <main>
        <h1>{{title}}</h1>
        {{#jobs}}
        <article id="job-{{id}}">
        <header>
        <h2><span class="number">{{id}}</span> {{kind}} <span class="state {{state}}">{{state}}{{#percent}} {{percent}} %{{/percent}}</span></h2>
        {{#reason}}<p class="reason">{{reason}}</p>{{/reason}}
        <dl class="facts">{{#facts}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
        {{#warnings}}<p class="warning">{{.}}</p>{{/warnings}}
        {{#hint}}<p class="hint">{{hint}}</p>{{/hint}}
        </header>
        {{#sheets}}
        <figure class="sheet"><a href="{{link}}"><img src="{{link}}" alt="{{words}}"></a></figure>
        {{/sheets}}
        {{#pictures}}
        <section class="pictures" aria-label="Pictures">
        {{#items}}
        <figure><a href="{{link}}"><img src="{{link}}" alt="{{words}}" loading="lazy"></a><figcaption>{{caption}}</figcaption></figure>
        {{/items}}
        </section>
        {{/pictures}}
        {{#validation}}
        <h3>Validation, always with the same seeds</h3>
        <section class="strip" aria-label="Validation" tabindex="0">
        {{#items}}
        <figure><a href="{{link}}"><img src="{{link}}" alt="{{words}}" loading="lazy"></a><figcaption>{{caption}}</figcaption></figure>
        {{/items}}
        </section>
        {{/validation}}
        {{#masks}}
        <details><summary>Location masks</summary>
        <section class="pictures">
        {{#items}}
        <figure><a href="{{link}}"><img src="{{link}}" alt="{{words}}" loading="lazy"></a><figcaption>{{caption}}</figcaption></figure>
        {{/items}}
        </section>
        </details>
        {{/masks}}
        {{#curves}}
        <h3>Curves</h3>
        <section class="curves">
        {{#items}}
        <figure><figcaption>{{name}} <b>{{last}}</b></figcaption><svg viewBox="0 0 {{curveWidth}} {{curveHeight}}" preserveAspectRatio="none" role="img" aria-label="{{words}}"><path d="{{path}}"/></svg></figure>
        {{/items}}
        </section>
        {{/curves}}
        {{#attempts}}
        <details><summary>Attempts</summary>
        <div class="wide"><table><tr><th>#<th>worker<th>steps<th>took<th>outcome</tr>
        {{#items}}
        <tr><td>{{number}}<td>{{worker}}<td>{{steps}}<td>{{took}}<td>{{outcome}}</tr>
        {{#error}}<tr><td><td colspan="4" class="error">{{error}}</tr>{{/error}}
        {{/items}}
        </table></div></details>
        {{/attempts}}
        {{#files}}
        <details><summary>Files</summary>
        <div class="wide"><table><tr><th>role<th>file<th>size<th>sha256</tr>
        {{#items}}
        <tr><td>{{role}}<td><a href="{{link}}">{{name}}</a><td>{{size}}<td><code>{{hash}}</code></tr>
        {{/items}}
        </table></div></details>
        {{/files}}
        <details><summary>Payload</summary><pre>{{payload}}</pre></details>
        {{#log}}
        <details><summary>Log</summary><div class="wide"><table class="log">
        {{#items}}
        <tr><td>{{name}}<td>{{value}}</tr>
        {{/items}}
        </table></div></details>
        {{/log}}
        </article>
        {{/jobs}}
        </main>
        </body>
        </html>

        """

    private static let style = """
        :root { color-scheme: light dark; --paper: #fbfaf8; --card: #fff; --ink: #1d1c1a; --dim: #6b6862; --line: #e4e0d8;
          --accent: #2b6cb0; --good: #2f7d4f; --bad: #b3362b; --busy: #9a6700; --wash: #f3efe6; }
        @media (prefers-color-scheme: dark) { :root { --paper: #161514; --card: #1e1d1b; --ink: #ece9e2; --dim: #9c978d;
          --line: #33302c; --accent: #7ab3ee; --good: #6cc08b; --bad: #f0877b; --busy: #dfb04e; --wash: #2a2723; } }
        * { box-sizing: border-box; }
        body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; overflow-wrap: anywhere; }
        main { max-width: 68rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
        h1 { font-size: 1.1rem; font-weight: 600; color: var(--dim); margin: 0 0 1rem; }
        article { background: var(--card); border: 1px solid var(--line); border-radius: 12px; padding: 1.25rem; margin: 0 0 1.25rem; }
        h2 { font-size: 1.35rem; margin: 0; display: flex; gap: .6rem; align-items: baseline; flex-wrap: wrap; }
        h3 { font-size: .95rem; margin: 1.5rem 0 .6rem; }
        .number { color: var(--dim); font-variant-numeric: tabular-nums; }
        .state { font-size: .8rem; font-weight: 600; padding: .1rem .6rem; border-radius: 99px; border: 1px solid currentColor; color: var(--busy); }
        .state.succeeded { color: var(--good); } .state.failed { color: var(--bad); } .state.cancelled { color: var(--dim); }
        .facts { display: flex; flex-wrap: wrap; gap: .2rem 1.4rem; margin: .5rem 0 0; font-size: .85rem; }
        .facts div { display: flex; gap: .4rem; } dt { color: var(--dim); } dd { margin: 0; }
        .reason { margin: .6rem 0 0; } .hint { color: var(--dim); margin: .6rem 0 0; }
        .warning { margin: .6rem 0 0; padding: .4rem .8rem; border-left: 3px solid var(--busy); background: var(--wash); }
        .error { color: var(--bad); white-space: pre-wrap; }
        figure { margin: 0; min-width: 0; } a { color: var(--accent); }
        img { display: block; max-width: 100%; border-radius: 6px; background: var(--wash); }
        .sheet { margin-top: 1rem; overflow-x: auto; }
        .pictures { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .9rem; margin-top: 1rem; }
        .pictures img { width: 100%; image-rendering: pixelated; }
        .strip { display: flex; gap: .9rem; overflow-x: auto; } .strip figure { flex: none; } .strip img { max-width: 80vw; }
        figcaption { font-size: .8rem; color: var(--dim); margin-top: .25rem; } figcaption b { color: var(--ink); float: right; font-weight: 600; }
        .curves { display: grid; grid-template-columns: repeat(auto-fill, minmax(14rem, 1fr)); gap: 1rem 1.25rem; }
        svg { display: block; width: 100%; height: 60px; border-bottom: 1px solid var(--line); }
        path { fill: none; stroke: var(--accent); stroke-width: 1.5; vector-effect: non-scaling-stroke; stroke-linejoin: round; stroke-linecap: round; }
        details { margin-top: .8rem; } summary { cursor: pointer; color: var(--dim); } .wide { overflow-x: auto; }
        table { border-collapse: collapse; font-size: .85rem; margin-top: .5rem; font-variant-numeric: tabular-nums; }
        th { color: var(--dim); font-weight: 500; } th, td { text-align: left; padding: .2rem 1rem .2rem 0; vertical-align: top; }
        pre { font-size: .8rem; background: var(--wash); padding: .8rem; border-radius: 8px; white-space: pre-wrap; margin: .5rem 0 0; }
        """
}
