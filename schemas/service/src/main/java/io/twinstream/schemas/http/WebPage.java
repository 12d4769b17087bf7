package io.twinstream.schemas.http;

import io.javalin.http.Context;
import io.javalin.http.Header;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tells this server's own pages from those of others. It serves servers on loopback that ask for no token: other machines
 * can't reach them, but pages in a browser on this machine can.
 *
 * <p>Maintainers: a page from elsewhere that has its own name resolve to 127.0.0.1 (DNS rebinding) is to the browser of this
 * very origin, and sends neither {@code Origin} with a GET nor, over plain HTTP, {@code Sec-Fetch-Site}. What it can't hide is
 * its name in {@code Host}.
 *
 * @see <a href="https://www.w3.org/TR/fetch-metadata/">Fetch Metadata</a>
 */
final class WebPage {
    private static final Pattern LOOPBACK =
            Pattern.compile("(localhost|127(\\.[0-9]{1,3}){3}|\\[::1])(:[0-9]{1,5})?", Pattern.CASE_INSENSITIVE);
    private static final String SEC_FETCH_SITE = "Sec-Fetch-Site";

    /** Values of {@code Sec-Fetch-Site} for requests of a page's own origin, and for addresses that the user typed. */
    private static final Set<String> OWN_SITES = Set.of("same-origin", "none");

    private WebPage() {}

    /**
     * Returns whether the request comes from a page of another server. A caller that is no browser sends none of the headers
     * that tell.
     */
    static boolean isForeign(Context ctx) {
        String host = ctx.header(Header.HOST);
        String origin = ctx.header(Header.ORIGIN);
        String site = ctx.header(SEC_FETCH_SITE);
        return (host != null && !LOOPBACK.matcher(host).matches())
                || (origin != null && !isOrigin(origin, ctx.scheme(), host))
                || (site != null && !OWN_SITES.contains(site.toLowerCase(Locale.ROOT)));
    }

    private static boolean isOrigin(String origin, String scheme, @Nullable String host) {
        return host != null && origin.equalsIgnoreCase(scheme + "://" + host);
    }
}
