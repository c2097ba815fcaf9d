"""Two processes behind nginx, by the recipe of `.deploy`: what visitors get, and when one dies."""

import gzip
import urllib.error
import urllib.request
from contextlib import ExitStack
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.deploy.conftest import sessions_on, until
from tests.browser.visit import Visit, visit
from tests.patience import PATIENCE

FOLDED = ("SyntaxHighlighter", "katex", "KaTeX")
"""Files for folded parts and equations: fetched when they are opened."""
FIRST_VISIT = 1_600_000
EVALUATED = """() => new Promise(told => setTimeout(() => {
    try { eval("1"); told("evaluated") } catch (error) { told(error.name) }
}))"""
LINK = "descent?descent_rate=0.2"


def get(address, path, **headers):
    """Ask as a browser does; returns the status, the headers and the body."""
    asked = urllib.request.Request(f"{address}{path}", headers=headers)
    opener = urllib.request.build_opener(Unfollowed)
    try:
        answer = opener.open(asked, timeout=PATIENCE)
    except urllib.error.HTTPError as error:
        answer = error
    with answer:
        return answer.status, answer.headers, answer.read()


class Unfollowed(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def stream(address, **headers):
    """Connect as a browser's websocket does."""
    socket = f"{address.replace('http', 'ws', 1)}/_stcore/stream"
    return connect(socket, subprotocols=["streamlit"], additional_headers=headers, max_size=None)


# --- files ----------------------------------------------------------------------------------------


def asset(deployed):
    script = next((deployed.folder / "static/static/js").glob("index.*.js"))
    return f"/static/js/{script.name}", script.read_bytes()


@pytest.mark.parametrize(("accepted", "used"), [("gzip, br", "br"), ("gzip", "gzip"), ("", None)])
def test_assets_come_compressed_and_stay_in_the_browser(deployed, accepted, used):
    path, content = asset(deployed)
    status, headers, body = get(deployed.address, path, **{"Accept-Encoding": accepted})
    assert status == 200
    assert headers["Content-Encoding"] == used
    assert headers["Cache-Control"] == "public, immutable, max-age=31536000"
    assert headers["Content-Type"] == "application/javascript; charset=utf-8"
    assert used is None or headers["Vary"] == "Accept-Encoding"
    assert used is None or len(body) < 0.4 * len(content)
    assert used == "br" or (gzip.decompress(body) if used else body) == content


def test_pages_are_asked_for_anew_and_unknown_addresses_refused(deployed):
    for path in ("/", "/depth", "/index.html", "/no_such_page"):
        status, headers, body = get(deployed.address, path)
        assert (status, headers["Cache-Control"]) == (200, "no-cache")
        assert b'<div id="root">' in body
    status, headers, _ = get(deployed.address, "/depth/?x=1")
    assert (status, headers["Location"]) == (301, "/depth?x=1")
    refused = [
        *("/depth/_stcore/health", "/static/js/none.js", "/a/b", "//evil.com/", "/%5Cevil.com/"),
        *("/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/agent/interact", "/nginx.conf"),
        *("/_stcore/script-health-check", "/app/static/x", "/component/x", "/media/none.csv"),
    ]
    assert [get(deployed.address, path)[0] for path in refused] == [404] * len(refused)


def test_a_first_visit_is_small_and_works_under_the_content_security_policy(browser, deployed):
    page = browser.new_page()
    seen = Visit(page)
    page.on("console", seen.note)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    names, sizes = {}, {}
    network.on("Network.requestWillBeSent", lambda e: names.update({e["requestId"]: e["request"]}))
    network.on("Network.loadingFinished", lambda e: sizes.update({e["requestId"]: e}))
    page.goto(deployed.address)
    seen.wait()
    fetched = {names[key]["url"]: sizes[key]["encodedDataLength"] for key in sizes}
    folded = sum(size for url, size in fetched.items() if any(name in url for name in FOLDED))
    total = sum(fetched.values())
    print(f"first visit: {total:,} bytes, {len(sizes)} requests; folded parts {folded:,}")
    assert len(sizes) > 50
    assert total - folded <= FIRST_VISIT
    assert seen.errors == []
    assert page.evaluate(EVALUATED) == "EvalError"
    page.close()


def test_the_app_s_own_scripts_run_under_the_content_security_policy(browser, deployed):
    with visit(browser, deployed.address) as seen:
        assert seen.page.evaluate("window.followed")
        for name, button in (("Share", "copy"), ("Download", "save")):
            seen.page.locator("summary", has_text=name).click()
            seen.page.locator(f"[data-does={button}]").first.wait_for()
        seen.wait()
        with seen.page.expect_download() as download:
            seen.page.locator("[data-kind=png]").first.click()
        assert download.value.suggested_filename.endswith(".png")
        assert seen.page.locator(".code img").evaluate("image => image.naturalWidth > 0")
        assert seen.errors == []


# --- one visitor, one process ---------------------------------------------------------------------


def spread(deployed, cookies):
    """Return how many of these visitors each process has while all are there."""
    until(lambda: sum(deployed.sessions()) == 0, "all earlier visitors are gone")
    with ExitStack() as visitors:
        for cookie in cookies:
            visitors.enter_context(stream(deployed.address, Cookie=f"vanishing={cookie}"))
        return deployed.sessions()


def test_visitors_are_shared_out_and_each_stays_with_one_process(deployed):
    assert min(spread(deployed, range(40))) >= 8
    for cookie in ("a", "b", "c", "d", ""):
        assert sorted(spread(deployed, [cookie] * 8)) == [0, 8]


def test_a_new_visitor_gets_a_cookie_and_another_keeps_theirs(deployed):
    (cookie,) = get(deployed.address, "/chain")[1].get_all("Set-Cookie")
    name, _, rest = cookie.partition("=")
    assert name == "vanishing"
    value, *flags = rest.split("; ")
    assert len(value) == 32
    assert flags == ["Path=/", "HttpOnly", "SameSite=Lax"]
    assert get(deployed.address, "/chain", Cookie=f"vanishing={value}")[1]["Set-Cookie"] is None


def test_numbers_are_downloaded_from_whichever_process_made_them(browser, deployed):
    with visit(browser, f"{deployed.address}/{LINK}") as seen:
        seen.page.locator("summary", has_text="Download").click()
        button = seen.page.locator("[data-testid=stDownloadButton] button").first
        with seen.page.expect_download() as caught:
            button.click()
        rows = caught.value.path().read_bytes()
        path = urlsplit(caught.value.url).path
        assert len(rows.splitlines()) > 3
        assert seen.errors == []
        assert path.startswith("/media/")
        # Other visitors, some of them of the other process, and one without cookies.
        for headers in [{}, *({"Cookie": f"vanishing={n}"} for n in range(8))]:
            assert get(deployed.address, path, **headers)[2] == rows


# --- one dies -----------------------------------------------------------------------------------


def test_a_page_comes_back_when_its_process_is_killed_in_mid_use(browser, deployed):
    until(lambda: sum(deployed.sessions()) == 0, "all earlier visitors are gone")
    with visit(browser, deployed.address) as seen:
        seen.page.get_by_role("slider").focus()
        seen.page.keyboard.press("ArrowRight")
        seen.page.wait_for_url("**home_depth=13**")
        seen.wait()
        shown = seen.chart_data()
        own, other = sorted(deployed.ports, key=sessions_on, reverse=True)
        deployed.kill(own)
        until(lambda: sessions_on(other) == 1, "the visitor is with the other process")
        # Until that has run the page, nothing can be changed.
        seen.page.wait_for_function("() => !document.querySelector('[data-testid=stMain]').inert")
        seen.wait()
        assert seen.page.url.endswith("home_depth=13")
        assert seen.chart_data() == shown
        assert seen.page.locator("[data-testid=stException]").count() == 0
        seen.page.get_by_role("slider").focus()
        seen.page.keyboard.press("ArrowRight")
        seen.page.wait_for_url("**home_depth=14**")
        seen.wait()
        assert seen.chart_data() != shown
    deployed.wait()
    until(lambda: min(spread(deployed, range(20))) > 0, "both are used again")


# --- security -------------------------------------------------------------------------------------


def test_every_answer_says_what_a_browser_may_do_with_it(deployed):
    for path in ("/", "/depth", asset(deployed)[0], "/_stcore/health", "/_stcore/metrics"):
        headers = get(deployed.address, path)[1]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "camera=()" in headers["Permissions-Policy"]
        assert headers["Server"] == "nginx"
    policy = get(deployed.address, "/depth")[1]["Content-Security-Policy"]
    rules = dict(rule.split(" ", 1) for rule in policy.split("; "))
    assert rules["default-src"] == "'none'"
    assert "unsafe" not in rules["script-src"]
    assert rules["frame-ancestors"] == "*"


def test_another_site_s_page_cannot_talk_to_the_app_in_a_visitor_s_name(deployed):
    def connects(**headers):
        try:
            with stream(deployed.address, **headers):
                return True
        except InvalidStatus as refused:
            return refused.response.status_code

    host = urlsplit(deployed.address).netloc
    asked = [f"http://{host}", f"https://{host}", "https://evil.com", f"http://{host}.evil.com"]
    answers = [connects(Origin=origin) for origin in [*asked, "null"]]
    assert answers == [True, True, 403, 403, 403]
    assert connects()


def test_a_token_against_forged_requests_is_given_and_asked_for(deployed):
    (cookie,) = get(deployed.address, "/_stcore/health")[1].get_all("Set-Cookie")
    assert cookie.startswith("_streamlit_xsrf=2|")
    assert cookie.endswith("SameSite=Lax")
    # Streamlit itself, without nginx: what changes something is refused without the token.
    straight = f"http://127.0.0.1:{deployed.ports[0]}/_stcore/upload_file/session/file"
    forged = urllib.request.Request(straight, data=b"x", method="PUT")
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(forged, timeout=PATIENCE)
