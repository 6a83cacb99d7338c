"""What pages do with analytics, run with analytics.js and with ours in ``test_analytics_parity.py``."""

from __future__ import annotations

from tests.browser.parity import Visit

CANONICAL = '<link rel="canonical" href="{}">'
ON = "'Fullstory (Actions)'"

# Calls once analytics is there, in order. One visit to / unless stated otherwise.
LIVE: dict[str, Visit | str] = {
    "track a name": "await analytics.track('Signed Up')",
    "track properties": "await analytics.track('Signed Up', {plan: 'pro', nested: {list: [1, {a: null}]}})",
    "track options": """await analytics.track('A', {}, {
        context: {ip: '0.0.0.0', page: {url: 'http://else.test/'}}, extra: {deep: 1}, messageId: 'mine',
        timestamp: '2020-01-01', userId: 'ignored', locale: undefined, nothing: null})""",
    "track an anonymousId given in options": """
        await analytics.track('A', {}, {anonymousId: 'anon-1'}); await analytics.track('B')""",
    "track an object": """
        await analytics.track({event: 'A', properties: {x: 1}}, {context: {app: {name: 'shop'}}});
        await analytics.track({event: 'B'});
        await analytics.track({event: 'C', properties: null}, null)""",
    "track null properties and odd options": """
        await analytics.track('A', null); await analytics.track('B', undefined, null);
        await analytics.track('C', 'text', {extra: 1}); await analytics.track('D', ['list']);
        await analytics.track('E', () => {}, {extra: 1}); await analytics.track('F', {a: 1}, () => {})""",
    "track without a name rejects": """
        for (const args of [[], [''], [null], [{}], [{event: 5}], [{event: 'A', properties: 'x'}]]) {
          note(await analytics.track(...args).then(() => 'resolved', (error) => error.message));
        }
        await analytics.track('A')""",
    "track calls back with the event": """
        for (const args of [['A', (ctx) => note(ctx.event.event)], ['B', {}, (ctx) => note(ctx.event.event)],
            ['C', {}, {}, (ctx) => note(ctx.event.event)], [{event: 'D'}, (ctx) => note(ctx.event.event)]]) {
          note((await analytics.track(...args)).event.event);
        }""",
    "a callback that throws is nobody else's problem": """
        note((await analytics.track('A', () => { throw Error('no'); })).event.event)""",
    "page with no arguments": "await analytics.page()",
    "page name": "await analytics.page('Home')",
    "page category and name": "await analytics.page('Docs', 'Intro')",
    "page properties": "await analytics.page({title: 'Mine', price: 1})",
    "page properties and options": "await analytics.page({a: 1}, {context: {b: 2}})",
    "page name and properties": """
        await analytics.page('Home', {a: 1, path: '/mine', name: 'loses'}, {extra: true})""",
    "page category, name, properties, options": """
        await analytics.page('Docs', 'Intro', {a: 1, category: 'loses'}, {extra: 1})""",
    "page odd forms": """
        await analytics.page(null, 'Name'); await analytics.page('Category', null, {a: 1});
        await analytics.page(null, null, {a: 1}); await analytics.page(null, null, null, {option: 1});
        await analytics.page('A', 'B', undefined, {option: 1}); await analytics.page('A', {}, {option: 1});
        await analytics.page('A', 'B', 'C'); await analytics.page({a: 1}, {b: 2}, {c: 3});
        await analytics.page(5)""",
    "page calls back": """
        await analytics.page(() => note('1')); await analytics.page('A', () => note('2'));
        await analytics.page('A', 'B', () => note('3'));
        await analytics.page('A', 'B', {}, {}, () => note('4'))""",
    "screen": """
        await analytics.screen('Main'); await analytics.screen('Category', 'Name', {a: 1}, {extra: 1})""",
    "identify an id": "await analytics.identify('u1'); await analytics.track('A')",
    "identify a number": "await analytics.identify(12345678901234567); note(analytics.user().id())",
    "identify traits alone": "await analytics.identify({plan: 'free'}); await analytics.track('A')",
    "identify id, traits, options": "await analytics.identify('u1', {a: 1, d: new Date(0)}, {extra: 1})",
    "identify odd forms": """
        await analytics.identify(null, {a: 1}); await analytics.identify(undefined, {b: 1}, {extra: 1});
        await analytics.identify({c: 1}, {option: 1}); await analytics.identify('u1', null, {option: 1});
        await analytics.identify('u1', () => note('called')); await analytics.identify();
        await analytics.identify('');
        await analytics.identify({d: 1}, () => note('too'));
        await analytics.identify('u1', 'text', {e: 1})""",
    "identify merges traits of the same user": """
        await analytics.identify({a: 1, b: 1}); await analytics.identify('u1', {b: 2});
        await analytics.identify('u1', {c: 3}); await analytics.identify({d: 4});
        note(analytics.user().traits())""",
    "identify somebody else renews the anonymousId and drops traits": """
        await analytics.identify('u1', {a: 1}); await analytics.identify('u2', {b: 2});
        await analytics.track('A');
        note(analytics.user().id(), analytics.user().anonymousId(), analytics.user().traits())""",
    "group": """
        await analytics.group('g1', {size: 5}); await analytics.group('g1', {kind: 'x'});
        await analytics.group('g2');
        await analytics.group({loose: 1}); await analytics.group(7, {}, {extra: 1}, () => note('called'));
        note(analytics.group().id(), analytics.group().traits())""",
    "alias": """
        await analytics.alias('new'); await analytics.alias('new', 'old');
        await analytics.alias(1, 2, {extra: 1});
        await analytics.alias('new', {extra: 1}, () => note('called'));
        await analytics.identify('u1'); await analytics.alias('third', 'u1')""",
    "reset forgets everybody": """
        await analytics.identify('u1', {a: 1}); await analytics.group('g1', {b: 1}); analytics.reset();
        for (const who of [analytics.user(), analytics.group()]) note(who.id(), who.traits());
        await analytics.track('A')""",
    "setAnonymousId": """
        note(analytics.setAnonymousId('anon-1')); await analytics.track('A');
        note(typeof analytics.setAnonymousId(), typeof analytics.setAnonymousId(null));
        await analytics.track('B')""",
    "user() reads and writes": """
        const user = analytics.user(); note(user.id('u1'), user.traits({a: 1}), user.id(), user.traits());
        note(user.anonymousId('x'), user.anonymousId(), user.id(null), user.traits(null));
        await analytics.track('A')""",
    "events are emitted": """
        for (const name of ['track', 'page', 'screen', 'identify', 'group', 'alias', 'reset']) {
          analytics.on(name, (...args) => note(name, args.filter((arg) => arg !== undefined)));
        }
        await analytics.track('A', {a: 1}); await analytics.page('C', 'N', {b: 1}); await analytics.page();
        await analytics.screen('S'); await analytics.identify('u1', {c: 1});
        await analytics.group('g1', {d: 1});
        await analytics.alias('u3', 'u4'); analytics.reset()""",
    "once and off": """
        const heard = (name) => note('heard', name);
        analytics.once('track', heard); await analytics.track('A'); await analytics.track('B');
        analytics.on('track', heard).off('track', heard); await analytics.track('C')""",
    "a listener added right after the call still hears it": """
        const tracked = analytics.track('A'); analytics.on('track', (name) => note(name)); await tracked""",
    "integrations of a call": f"""
        await analytics.track('A', {{}}, {{integrations: {{All: false}}}});
        await analytics.track('B', {{}}, {{integrations: {{{ON}: false}}}});
        await analytics.track('C', {{}}, {{integrations: {{All: false, {ON}: true}}}});
        await analytics.track('D', {{}}, {{integrations: {{All: false, {ON}: {{setting: 1}}}}}});
        await analytics.page('E', {{}}, {{integrations: {{Other: false, {ON}: null}}}});
        await analytics.identify('u', {{}}, {{integrations: {{All: true}}}})""",
    "integrations of the load reach events as booleans": Visit(
        options=f"{{integrations: {{All: false, {ON}: {{setting: 1}}, Other: {{}}, Off: false}}}}",
        live="await analytics.track('A'); await analytics.identify('u1')",
    ),
    "integrations of the load turn the destination off": Visit(
        options=f"{{integrations: {{{ON}: false}}}}",
        live=f"await analytics.track('A', {{}}, {{integrations: {{{ON}: true}}}})",
    ),
    "All false at load turns the destination off": Visit(
        options="{integrations: {All: false}}", live="await analytics.track('A')"
    ),
    "source middleware changes and drops": """
        await analytics.addSourceMiddleware(({payload, next, integrations}) => {
          note(payload.obj.event, integrations.Fullstory);
          if (payload.obj.event === 'Drop') return;
          payload.obj.properties.added = true;
          next(payload);
        });
        await analytics.addSourceMiddleware(async ({payload, next}) => {
          await null;
          if (payload.obj.event === 'Null') next(null);
          else next({obj: {...payload.obj, context: {...payload.obj.context, second: 2}}});
        });
        await analytics.track('A'); note((await analytics.track('Drop')).event.event);
        await analytics.track('Null');
        await analytics.track('Late', {}, {integrations: {All: false}})""",
    "the payload's methods read the event": """
        const names = {
          track: ['event', 'properties', 'traits', 'name', 'category'],
          page: ['properties', 'traits', 'name', 'category'],
          screen: ['traits', 'name', 'category'],
          identify: ['name'],
          group: ['groupId', 'name'],
          alias: ['previousId'],
        };
        const read = (payload) => {
          const json = payload.json();
          delete json.messageId; delete json.timestamp; delete json.context.library;
          const {library, ...context} = payload.context();
          note(payload.type(), json, context, payload.userId(), payload.anonymousId());
          note(payload.integrations(), payload.field('event'), payload.field('context').page);
          note(payload.timestamp() === payload.obj.timestamp || String(payload.timestamp()));
          note(payload.proxy('context.page.path'), payload.proxy('properties.deep.a'), payload.proxy('no.such'));
          for (const name of names[payload.type()]) note(name, payload[name]());
        };
        const copies = (payload) => {
          for (const name of ['properties', 'context', 'json']) payload[name]().changed = 1;
        };
        await analytics.addSourceMiddleware(({payload, next}) => {
          read(payload);
          if (payload.type() === 'track') copies(payload);
          next(payload);
        });
        await analytics.addDestinationMiddleware('Fullstory', ({payload, next}) => { read(payload); next(payload); });
        const options = {context: {traits: {plan: 'pro'}}, integrations: {Other: false}};
        await analytics.track('A', {name: 'N', category: 'C', deep: {a: [1, new Date(0)]}}, options);
        await analytics.track('B'); await analytics.page('Docs', 'Intro', {deep: {a: 1}}, options);
        await analytics.page(); await analytics.screen('Main'); await analytics.group('g1', {name: 'G'});
        await analytics.alias('new', 'old'); await analytics.identify('u1', {name: 'Ann', email: 'a@b.c'})""",
    "the payload's methods do not come from an event's data": """
        const read = (payload) => {
          note(payload.traits(), payload.timezone(), payload.userAgent().length, payload.userId());
          note(payload.event() === 'evil');
          note(payload.email(), payload.groupId(), payload.channel(), payload.enabled('Fullstory'));
          if (payload.type() === 'track') note(payload.revenue());
          note(typeof payload.options(), typeof payload.then);
        };
        const pass = ({payload, next}) => { read(payload); next(payload); };
        await analytics.addSourceMiddleware(pass);
        await analytics.addSourceMiddleware(pass);
        await analytics.addDestinationMiddleware('Fullstory', pass, pass);
        const evil = {
          userId: 'evil', traits: {spoof: 1}, timezone: 'Mars', userAgent: 'evil', event: 'evil', groupId: 'evil',
          channel: 'evil', enabled: false, json: 1, obj: 1, field: 1, proxy: 1, type: 'evil',
        };
        await analytics.track('A', evil); await analytics.page('P', evil); await analytics.track('B')""",
    "async middleware may return its payload, whatever is in the event": """
        const pass = async ({payload, next}) => { next(payload); return payload };
        await analytics.addSourceMiddleware(pass);
        await analytics.addDestinationMiddleware('Fullstory', pass);
        await analytics.track('A', {then: 1}); await analytics.page('P', {then: 1});
        await analytics.track('B', {}, {context: {then: 1}})""",
    "source middleware by the payload's methods changes some events": """
        await analytics.addSourceMiddleware(({payload, next}) => {
          if (payload.type() === 'track' && payload.event() === 'A') payload.obj.properties.f = 1;
          if (payload.event && payload.event() === 'Drop') return;
          next(payload);
        });
        await analytics.track('A'); await analytics.track('Drop'); await analytics.page('P');
        await analytics.identify('u1')""",
    "settings of the source that public code reads": """
        const {cdnSettings} = analytics.settings;
        note(cdnSettings.remotePlugins.some((each) => each.creationName === 'Fullstory'))""",
    "destination middleware changes and drops for the destination alone": """
        await analytics.addDestinationMiddleware('Other', ({next}) => next(null));
        await analytics.addDestinationMiddleware('fullStory', ({payload, next, integration}) => {
          note(integration);
          if (payload.obj.event === 'Drop') return next(null);
          if (payload.obj.event === 'Forget') return;
          payload.obj.properties.added = true;
          next(payload);
        });
        await analytics.addDestinationMiddleware('*', async ({payload, next}) => { payload.obj.star = 1;
        next(payload); });
        const given = {}; await analytics.track('A', given); note(given);
        await analytics.track('Drop'); await analytics.track('Forget'); await analytics.page()""",
    "plugins see events, change them and drop them": """
        const plugin = (name, type, track) => ({
          name, type, version: '1', isLoaded: () => true, track,
          load: async (ctx, instance) => { note(name, 'loads', instance === analytics); },
        });
        await analytics.register(
          plugin('before', 'before', (ctx) => {
            if (ctx.event.event === 'Drop') throw Error('no');
            ctx.event.properties.before = true;
            return ctx;
          }),
          plugin('enrichment', 'enrichment', async (ctx) => {
            if (ctx.event.event === 'Fail') throw Error('no');
            ctx.event.properties.enriched = ctx.event.properties.before;
            return ctx;
          }),
          plugin('destination', 'destination', (ctx) => { note('destination', ctx.event.event); return ctx; }),
          plugin('after', 'after', (ctx) => { note('after', ctx.event.event); return ctx; }),
          plugin('utility', 'utility', (ctx) => { note('never'); return ctx; }));
        await analytics.track('A'); await analytics.track('Fail'); await analytics.track('Drop');
        await analytics.track('Off', {}, {integrations: {destination: false}});
        await analytics.identify('u1'); await new Promise((done) => setTimeout(done, 50))""",
    "calls are promises of the event": """
        for (const call of [analytics.track('A'), analytics.page('P'), analytics.screen('S'),
            analytics.identify('u1'), analytics.group('g1'), analytics.alias('u2')]) {
          note(call instanceof Promise); const ctx = await call;
          note(ctx.event.type, Object.keys(ctx.event).sort());
        }""",
    "identify, group and alias call back": """
        await analytics.identify('u1', {}, {}, (ctx) => note(ctx.event.userId));
        await analytics.identify('u1', {a: 1}, (ctx) => note(ctx.event.traits));
        await analytics.group('g1', {b: 1}, (ctx) => note(ctx.event.groupId));
        await analytics.alias('u2', (ctx) => note(ctx.event.type));
        await analytics.screen('S', (ctx) => note(ctx.event.name))""",
    "a callback comes before the promise and after the event": """
        analytics.on('track', () => note('heard'));
        await analytics.track('A', {}, {}, () => note('called', sessionStorage.getItem('events') !== null));
        note('resolved')""",
    "listeners hear arguments as they were given": """
        for (const name of ['track', 'page', 'screen', 'identify', 'group', 'alias']) {
          analytics.on(name, (...args) => note(name, args.filter((arg) => arg !== undefined)));
        }
        await analytics.track({event: 'A', properties: {a: 1}}, {extra: 1});
        await analytics.track('B', {b: 1}, {extra: 1}, () => {});
        await analytics.page({a: 1}, {extra: 1}); await analytics.page('N', {b: 1}, {extra: 1});
        await analytics.identify(7, {c: 1}, {extra: 1}); await analytics.identify({d: 1}, {extra: 1});
        await analytics.group({e: 1}, {extra: 1}); await analytics.alias('u2', {extra: 1})""",
    "once hears once of each name, and off forgets one of two": """
        const first = (name) => note('first', name), second = (name) => note('second', name);
        analytics.once('track', first); analytics.once('page', first);
        analytics.on('track', second).on('track', first).off('track', second);
        await analytics.track('A'); await analytics.track('B'); await analytics.page('C');
        analytics.off('nothing', first); analytics.emit('mine', 1); analytics.on('mine', note);
        analytics.emit('mine', 2, {a: 1})""",
    "reset is heard, and is a new visitor every time": """
        analytics.on('reset', (...args) => note('reset', args));
        const ids = [analytics.user().anonymousId()];
        for (let i = 0; i < 2; i++) { analytics.reset(); ids.push(analytics.user().anonymousId()); }
        note(new Set(ids).size); await analytics.track('A'); await analytics.identify('u1');
        analytics.reset(); note(document.cookie.includes('u1')); await analytics.page()""",
    "an event nobody has looked at yet is of who it was": """
        const off = {integrations: {All: false, 'Fullstory (Actions)': false}};
        await analytics.identify('u1'); const known = analytics.user().anonymousId();
        const sent = [analytics.track('A', {}, off)]; analytics.identify('u2');
        sent.push(analytics.page('B', {}, off)); analytics.setAnonymousId('mine');
        sent.push(analytics.track('C', {}, off)); analytics.user().id('u3');
        sent.push(analytics.track('D', {}, off)); analytics.reset();
        sent.push(analytics.track('E', {}, off)); analytics.setAnonymousId('last');
        for (const { event } of await Promise.all(sent)) {
          note(event.userId, event.anonymousId === known, event.anonymousId.length);
        }""",
    "identify the same user again keeps everything": """
        await analytics.identify('u1', {a: 1}); const id = analytics.user().anonymousId();
        await analytics.identify('u1'); note(analytics.user().traits(), analytics.user().anonymousId() === id);
        await analytics.identify('u1', {a: null, b: undefined, c: {d: [1]}}); note(analytics.user().traits())""",
    "memory only writes nothing, and reset forgets": Visit(
        options="{disableClientPersistence: true}",
        live="""await analytics.identify('u1', {a: 1}); await analytics.group('g1', {b: 1});
            analytics.setAnonymousId('anon-1'); await analytics.track('A'); note(document.cookie);
            note(Object.keys(localStorage).filter((key) => key.startsWith('ajs_')));
            analytics.reset(); await analytics.track('B')""",
    ),
    "pageview": "await analytics.pageview('/virtual')",
    "push": "analytics.push(['track', 'A', {a: 1}]); analytics.push(['nothing']); await analytics.track('B')",
    "canonical link": Visit(
        path="/en/?q=1#part", head=CANONICAL.format("https://shop.test/home"), live="await analytics.page()"
    ),
    "canonical link with a query": Visit(
        path="/?q=1", head=CANONICAL.format("https://shop.test/?p=2"), live="await analytics.track('A')"
    ),
    "canonical path": Visit(path="/en/?q=1", head=CANONICAL.format("home"), live="await analytics.page()"),
    "a page with a hash and no query": Visit(path="/a/b#c?d=e", live="await analytics.page()"),
    "campaign": Visit(
        path="/?utm_source=a+b&utm_campaign=spring%20sale&utm_=no&xutm_medium=odd&utm_bad=%E0%A4%A&utm_empty",
        live="await analytics.page(); await analytics.track('A', {}, {context: {campaign: {mine: 1}}})",
    ),
    "a query without a campaign": Visit(path="/?a=1", live="await analytics.page()"),
    "search given in the context": """
        await analytics.track('A', {}, {context: {page: {search: '?utm_source=x'}}})""",
    "enrichment keeps what the call says": """
        await analytics.track('A', {}, {context: {locale: 'xx', timezone: 'Mars', userAgent: 'mine'}})""",
    "the time zone can be read, changed, copied and listed": """
        await analytics.addSourceMiddleware(({payload, next}) => {
          const {context} = payload.obj; note(context.timezone, Object.keys(context).includes('timezone'));
          payload.obj.context = {...context}; context.timezone = payload.obj.context.timezone = 'Mars';
          note(context.timezone);
          next(payload);
        });
        await analytics.track('A'); await analytics.track('B', {}, {timezone: 'Venus'})""",
    "page context follows the address": """
        history.pushState({}, '', '/next?x=1'); document.title = 'Next'; await analytics.page()""",
    "memory only": Visit(
        options="{disableClientPersistence: true}",
        live="""await analytics.identify('u1', {a: 1}); await analytics.track('A');
            await analytics.identify('u2'); note(analytics.user().traits())""",
    ),
    "chosen stores": Visit(
        options="{storage: {stores: ['cookie', 'memory']}}", live="await analytics.identify('u1', {a: 1})"
    ),
    "cookie options": Visit(
        options="{cookie: {domain: 'www.site.test', maxage: 7, path: '/', sameSite: 'Strict'}}",
        live="await analytics.identify('u1')",
    ),
    "an id that cookies cannot hold as it is": """
        await analytics.identify('a@b.c/d e;f,g="h"%25'); note(analytics.user().id())""",
    "localStorage is refused": Visit(
        before="""window.real = Object.getOwnPropertyDescriptor(window, 'localStorage');
            const get = () => { throw Error('denied') };
            Object.defineProperty(window, 'localStorage', {get, configurable: true})""",
        live="""await analytics.identify('u1', {a: 1}); await analytics.identify('u1', {b: 1});
            Object.defineProperty(window, 'localStorage', real)""",
    ),
    "ids stored as plain text": Visit(
        before="localStorage.ajs_user_id = 'plain'; localStorage.ajs_anonymous_id = 'anon-1'",
        live="await analytics.track('A')",
    ),
    "ids stored as JSON": Visit(
        before="""localStorage.ajs_user_id = '"json"'; localStorage.ajs_anonymous_id = '"anon-1"';
            localStorage.ajs_user_traits = '{"a":1}'; localStorage.ajs_group_id = '"g1"'""",
        live="await analytics.identify({b: 1}); await analytics.group({c: 1})",
    ),
    "ids stored as numbers": Visit(
        before="localStorage.ajs_user_id = '42'; document.cookie = 'ajs_anonymous_id=7'",
        live="await analytics.track('A')",
    ),
    "the cookie decides on the anonymousId, localStorage on the userId": Visit(
        before="""localStorage.ajs_user_id = '"local"'; localStorage.ajs_anonymous_id = '"local"';
            document.cookie = 'ajs_user_id=cookie; domain=site.test; path=/';
            document.cookie = 'ajs_anonymous_id=cookie; domain=site.test; path=/'""",
        live="await analytics.track('A')",
    ),
    "query string calls": Visit(
        path="/?ajs_uid=u1&ajs_aid=anon-1&ajs_event=Came&ajs_trait_plan=a+b&ajs_prop_via=mail%20x&other=1",
    ),
    "query string in the fragment": Visit(path="/#/route?ajs_event=Came&ajs_prop_a=1"),
    "query string switched off": Visit(
        path="/?ajs_uid=u1", options="{useQueryString: false}", live="await analytics.track('A')"
    ),
    "a question mark inside a query string's value begins nothing": Visit(
        path="/?return=https://www.site.test/account?ajs_uid=else&next=/a?ajs_aid=b&x=1?ajs_event=E",
        live="note(analytics.user().id()); await analytics.track('A')",
    ),
    "the first events of a new visitor have one anonymousId, however long middleware takes": """
        await analytics.addSourceMiddleware(async ({payload, next}) => { next(payload); });
        await Promise.all([analytics.page('A'), analytics.track('B'), analytics.track('C')]);
        note(analytics.user().anonymousId())""",
    "an event's anonymousId is that of the moment": """
        const a = analytics.track('A', {}, {integrations: {All: false}});
        const id = analytics.user().anonymousId(); note((await a).event.anonymousId === id)""",
    "ids in cookies with a percent sign": Visit(
        before="for (const [name, id] of [['ajs_anonymous_id', '50%-off'], ['ajs_user_id', '100%zz']])"
        " document.cookie = name + '=' + id + '; domain=site.test; path=/'",
        live="await analytics.track('A'); note(analytics.user().id(), analytics.user().anonymousId())",
    ),
    "cookies alone are renewed": Visit(
        options="{storage: {stores: ['cookie']}}",
        before="for (const name of ['ajs_anonymous_id', 'ajs_user_id'])"
        " document.cookie = name + '=x; domain=site.test; path=/; max-age=864000'",
        live="await analytics.track('A')",
    ),
    "ready calls back after what the page is at": """
        await analytics.ready(() => note(later)); var later = 5; analytics.ready(() => note('2')); note('1')""",
    "disabled, nothing of the queue is heard": Visit(
        path="/?ajs_uid=u1",
        options="{disable: true, initialPageview: true}",
        queued="""analytics.ready(() => note('ready')); analytics.on('initialize', () => note('initialize'));
            analytics.on('track', () => note('on')); analytics.track('A', () => note('called'))""",
        live="note(analytics.user().id()); await new Promise((done) => setTimeout(done, 700))",
    ),
    "trackLink of an address that is none": Visit(
        body="<a id=a href='http://[bad'>Bad</a>",
        live="analytics.timeout(9000); await analytics.trackLink(a, 'Clicked'); a.click()",
    ),
    "query string with constraints": Visit(
        path="/?ajs_uid=bad&ajs_aid=good",
        options="{useQueryString: {uid: /^good$/, aid: /^good$/}}",
        live="await analytics.track('A')",
    ),
    "trackLink tracks, then follows the link": Visit(
        body="<a id=a href='/next?x=1'>Next</a>",
        live="""analytics.timeout(9000); await analytics.trackLink(a, 'Clicked', {a: 1}, {extra: 1}); a.click()""",
        leads="/next",
    ),
    "trackClick calls functions with the element": Visit(
        body="<div><p id=a><a href='/next'>Next</a></p></div>",
        live="""analytics.timeout(9000);
            await analytics.trackClick([a], (el) => el.id, (el) => ({tag: el.tagName})); a.click()""",
        leads="/next",
    ),
    "trackLink lets a link that leads nowhere be": Visit(
        body="<a id=a>Here</a><a id=b href='/other' target='_blank'>There</a>",
        live="""analytics.timeout(9000);
            await analytics.trackLink([a, b], 'Clicked'); await analytics.trackLink(null, 'No');
            b.addEventListener('click', (click) => { note(click.defaultPrevented); click.preventDefault(); });
            a.click(); b.click()""",
    ),
    "trackLink without a name still follows the link": Visit(
        body="<a id=a href='/next'>Next</a>",
        live="await analytics.trackLink(a); a.click()",
        leads="/next",
    ),
    "trackForm tracks, then submits": Visit(
        body="<form id=f action='/sent'><input name=q value=1><button id=b>Send</button></form>",
        live="""analytics.timeout(9000);
            await analytics.trackForm(f, 'Sent', (form) => ({action: form.action})); b.click()""",
        leads="/sent",
    ),
    "trackSubmit a list, with jQuery": Visit(
        before="window.jQuery = (el) => { const listen = (f) => el.addEventListener('submit', f);"
        " return {on: (name, f) => listen(f), submit: listen}; }",
        body="<form id=f action='/sent'><button id=b>Send</button></form>",
        live="analytics.timeout(9000); await analytics.trackSubmit([f], 'Sent', {a: 1}); b.click()",
        leads="/sent",
    ),
    "user().logout()": """
        await analytics.identify('u1', {a: 1}); await analytics.group('g1');
        analytics.user().logout(); await analytics.track('A'); await analytics.identify({b: 2})""",
    "ready, debug, timeout and use": """
        await analytics.ready(() => note('ready')); note(analytics.debug(true) === analytics);
        analytics.timeout(10); note(analytics.settings.timeout, analytics.settings.writeKey);
        note(analytics.use((given) => note(given === analytics)) === analytics)""",
}

# Calls queued before analytics is there. Analytics.js replays them by method, so order is not compared.
QUEUED: dict[str, Visit] = {
    "queued calls are replayed": Visit(
        queued="""analytics.page(); analytics.identify('u1', {a: 1}); analytics.track('A', {b: 1});
            analytics.group('g1'); analytics.setAnonymousId('anon-1'); analytics.ready(() => note('ready'));
            analytics.alias('x', 'y'); analytics.screen('S')""",
    ),
    "queued calls keep the page they were made on": Visit(
        path="/first?x=1",
        queued="""analytics.page(); history.replaceState({}, '', '/second'); document.title = 'Later';
            analytics.track('A')""",
    ),
    "a queued middleware sees all queued events": Visit(
        queued="""analytics.page(); analytics.track('A');
            analytics.addSourceMiddleware(({payload, next}) => { payload.obj.context.seen = true;
            next(payload); });
            analytics.addDestinationMiddleware('Fullstory', ({payload, next}) => {
              payload.obj.context.here = true; next(payload);
            })""",
    ),
    "a queued listener hears all queued events": Visit(
        queued="""analytics.track('A'); analytics.on('track', (name) => note('on', name));
            analytics.on('initialize', () => note('initialize'));
            analytics.once('track', (name) => note('once', name))""",
    ),
    "a bad queued call does not stop the others": Visit(
        queued="""analytics.track(); analytics.push(['nothing', 1]); analytics.addIntegrationMiddleware();
            analytics.track('A')""",
    ),
    "pushed arrays": Visit(queued="analytics.push(['track', 'A', {a: 1}]); analytics.push(['page'])"),
    "the pasted snippet's first page": Visit(queued="analytics.page()"),
    "the pasted snippet's first page, named": Visit(
        queued="analytics.page('Docs', 'Install', {version: 1}); analytics.identify('u1')"
    ),
    "queued calls with callbacks": Visit(
        queued="""analytics.track('A', () => note('A')); analytics.page('P', () => note('P'));
            analytics.identify('u1', () => note('u1')); analytics.ready(() => note('ready'))""",
        live="await new Promise((done) => setTimeout(done, 700))",
    ),
    "queued integrations and context": Visit(
        queued=f"""analytics.track('A', {{}}, {{integrations: {{{ON}: false}}}});
            analytics.track('B', {{}}, {{integrations: {{All: false, {ON}: true}}, context: {{a: 1}}}})""",
    ),
    "a queued reset": Visit(
        before="localStorage.ajs_user_id = JSON.stringify('u0')",
        queued="analytics.reset(); analytics.track('A')",
    ),
    "initialPageview": Visit(options="{initialPageview: true}", queued="analytics.track('A')"),
    "a stale stub hands on its calls": Visit(
        queued="window.stub = analytics",
        live="""note(stub === analytics); await stub.track('A', {a: 1}); stub.identify('u1');
            note(stub.on('track', () => {}) === analytics)""",
    ),
}

# Several pages in one browser.
RETURNING: dict[str, tuple[Visit, ...]] = {
    "a user who comes back": (
        Visit(live="await analytics.identify('u1', {a: 1}); await analytics.group('g1', {b: 1})"),
        Visit(
            path="/later",
            live="""await analytics.track('A'); await analytics.identify({c: 1});
                await analytics.group({d: 1})""",
        ),
    ),
    "a stranger who comes back": (Visit(live="await analytics.page()"), Visit(live="await analytics.page()")),
    "cleared localStorage is filled from the cookie": (
        Visit(live="await analytics.identify('u1', {a: 1})"),
        Visit(before="localStorage.clear()", live="await analytics.track('A')"),
    ),
    "cleared cookies are filled from localStorage": (
        Visit(live="await analytics.identify('u1', {a: 1})"),
        Visit(
            before="""for (const name of ['ajs_user_id', 'ajs_anonymous_id']) {
                document.cookie = name + '=; domain=site.test; path=/; max-age=-1' }""",
            live="await analytics.track('A')",
        ),
    ),
}

# A visitor of a site that moves from analytics.js to ours, and back.
MOVING: tuple[Visit, ...] = (
    Visit(
        live="""await analytics.identify('a@b.c/d e;f,g="h"%25', {name: 'Zoë 😀', nested: {list: [1, null]}});
            await analytics.group('g1', {size: 5})"""
    ),
    Visit(
        live="""await analytics.track('A'); await analytics.identify({plan: 'pro'});
            await analytics.group({kind: 'x'}); note(analytics.user().traits(), analytics.group().id())"""
    ),
    Visit(
        live="""await analytics.track('B'); await analytics.group({more: 1});
            await analytics.identify('12345678901234567890', {a: 1}); note(analytics.user().traits())"""
    ),
    Visit(live="await analytics.track('C'); analytics.reset(); await analytics.identify('u2')"),
    Visit(live="await analytics.track('D'); await analytics.page()"),
)

ORDERED = {
    **{name: (visit if isinstance(visit, Visit) else Visit(live=visit),) for name, visit in LIVE.items()},
    **RETURNING,
}
