package io.twinstream.schemas.http;

import org.apache.kafka.common.config.ConfigException;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Holds the certificate and key that a server shows over TLS. Changed files are taken for new connections at the next {@link
 * #look} if they are valid; existing connections go on.
 */
final class TlsIdentity {
    private static final Logger log = LoggerFactory.getLogger(TlsIdentity.class);

    private final TlsFiles files;
    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private TlsFiles.Text seen;
    private String complaint = "";

    /** @throws ConfigException with one line, if the files are not valid */
    TlsIdentity(TlsFiles files) {
        this.files = files;
        seen = files.read();
        factory.setSslContext(files.context(seen));
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    /** Looks whether the files have changed; called on one thread. A fault in them is logged once. */
    void look() {
        try {
            TlsFiles.Text now = files.read();
            if (now.equals(seen)) {
                return;
            }
            seen = now;
            var context = files.context(now);
            factory.reload(same -> same.setSslContext(context));
            complaint = "";
            log.info("the certificate in {} has changed: new connections get the new one", files.certificate());
        } catch (ConfigException e) {
            complain(String.valueOf(e.getMessage()));
        } catch (Exception e) {
            complain(String.valueOf(e));
        }
    }

    private void complain(String line) {
        if (!line.equals(complaint)) {
            complaint = line;
            log.warn("the changed certificate is not used, and the earlier one stays: {}", line);
        }
    }
}
