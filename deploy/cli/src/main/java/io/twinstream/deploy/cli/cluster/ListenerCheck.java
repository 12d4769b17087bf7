package io.twinstream.deploy.cli.cluster;

import io.twinstream.schemas.settings.CommonSettings;
import io.twinstream.schemas.settings.Settings;
import io.twinstream.schemas.text.ForeignText;
import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.auth.SecurityProtocol;

/**
 * Finds out where a broker listens otherwise than the settings say: without TLS or with it, without SASL or with it. A client
 * sees no more of that than a connection that ends. A look takes a few seconds for each broker at most.
 *
 * <p>Maintainers: the look speaks as little of Kafka's protocol as tells the kinds apart, {@code ApiVersions} 0 and {@code
 * SaslHandshake} 1, which listeners answer before anybody has authenticated. It sends no secret, so it trusts any certificate.
 */
final class ListenerCheck {
    private static final Duration WITHIN = Duration.ofSeconds(2);
    private static final short API_VERSIONS = 18;
    private static final short SASL_HANDSHAKE = 17;
    private static final int CORRELATION = 0x7477;
    private static final int LARGEST_ANSWER = 1 << 16;
    private static final int UNSUPPORTED_MECHANISM = 33;
    private static final int NO_MECHANISM = 34;

    /**
     * Holds how a broker listens.
     *
     * @param mechanisms the SASL mechanisms that it takes; empty where it takes none
     */
    private record Listening(boolean tls, List<String> mechanisms) {
        SecurityProtocol protocol() {
            return mechanisms.isEmpty()
                    ? tls ? SecurityProtocol.SSL : SecurityProtocol.PLAINTEXT
                    : tls ? SecurityProtocol.SASL_SSL : SecurityProtocol.SASL_PLAINTEXT;
        }
    }

    private ListenerCheck() {}

    /** Returns one line with what is wrong and what to do; empty where no broker answers, or its listener fits the settings. */
    static Optional<String> mistake(CommonSettings settings) {
        String set = settings.kafka()
                .getOrDefault(
                        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG, CommonClientConfigs.DEFAULT_SECURITY_PROTOCOL)
                .toString()
                .toUpperCase(Locale.ROOT);
        Object mechanism =
                settings.kafka().getOrDefault(SaslConfigs.SASL_MECHANISM, SaslConfigs.DEFAULT_SASL_MECHANISM);
        for (String broker : settings.bootstrap().split(",", -1)) {
            Optional<String> mistake = look(broker.strip())
                    .flatMap(listening -> mistake(broker.strip(), listening, set, mechanism.toString()));
            if (mistake.isPresent()) {
                return mistake;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> mistake(String broker, Listening listening, String set, String mechanism) {
        String protocol = listening.protocol().name;
        boolean wantsTls = set.endsWith("SSL");
        boolean wantsSasl = set.startsWith("SASL");
        if (!protocol.equals(set)) {
            String what = listening.tls() != wantsTls
                    ? listening.tls() ? "with TLS alone" : "without TLS"
                    : wantsSasl ? "without SASL" : "with SASL alone (%s)".formatted(told(listening));
            return Optional.of("the broker at %s answers %s, and %s is %s: set %s, or name another of its ports"
                    .formatted(broker, what, key(CommonClientConfigs.SECURITY_PROTOCOL_CONFIG), set, protocol));
        }
        if (wantsSasl && !listening.mechanisms().contains(mechanism)) {
            return Optional.of("the broker at %s takes the SASL mechanisms %s, and %s is %s: set one of them"
                    .formatted(broker, told(listening), key(SaslConfigs.SASL_MECHANISM), mechanism));
        }
        return Optional.empty();
    }

    private static String told(Listening listening) {
        return ForeignText.line(String.join(", ", listening.mechanisms()));
    }

    private static String key(String property) {
        return Settings.KAFKA_PREFIX + property;
    }

    /** Returns how a broker listens, or nothing where what answers is no broker, or nothing does. */
    private static Optional<Listening> look(String broker) {
        int colon = broker.lastIndexOf(':');
        String host = broker.substring(broker.indexOf("://") < 0 ? 0 : broker.indexOf("://") + 3, colon)
                .replaceAll("[\\[\\]]", "");
        InetSocketAddress address = new InetSocketAddress(host, Integer.parseInt(broker.substring(colon + 1)));
        if (address.isUnresolved()) {
            return Optional.empty();
        }
        Optional<Listening> plain = look(address, false);
        return plain.isPresent() ? plain : look(address, true);
    }

    private static Optional<Listening> look(InetSocketAddress address, boolean tls) {
        try (Socket socket = new Socket()) {
            int millis = (int) WITHIN.toMillis();
            socket.connect(address, millis);
            socket.setSoTimeout(millis);
            if (!tls) {
                return Optional.of(new Listening(false, mechanisms(socket)));
            }
            try (SSLSocket secured = (SSLSocket) trusting()
                    .getSocketFactory()
                    .createSocket(socket, address.getHostString(), address.getPort(), true)) {
                try {
                    secured.startHandshake();
                    return Optional.of(new Listening(true, mechanisms(secured)));
                } catch (SSLHandshakeException e) {
                    // An answer in TLS, such as that a certificate of the client's is missing.
                    return e.getCause() instanceof EOFException
                            ? Optional.empty()
                            : Optional.of(new Listening(true, List.of()));
                }
            }
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Returns the mechanisms that a broker takes. It throws an exception where the answers are none of a broker. */
    private static List<String> mechanisms(Socket socket) throws IOException {
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        DataInputStream in = new DataInputStream(socket.getInputStream());
        ask(out, API_VERSIONS, 0, new byte[0]);
        answer(in);
        // No broker has a mechanism without a name, and so names those that it has.
        ask(out, SASL_HANDSHAKE, 1, new byte[2]);
        DataInputStream answer = answer(in);
        int error = answer.readShort();
        if (error != UNSUPPORTED_MECHANISM && error != NO_MECHANISM) {
            throw new IOException("a broker would answer with %d or %d".formatted(UNSUPPORTED_MECHANISM, NO_MECHANISM));
        }
        List<String> mechanisms = new ArrayList<>();
        for (int left = answer.readInt(); left > 0; left--) {
            mechanisms.add(new String(answer.readNBytes(answer.readShort()), StandardCharsets.UTF_8));
        }
        return mechanisms;
    }

    private static void ask(DataOutputStream out, short api, int version, byte[] body) throws IOException {
        byte[] client = "twinstream".getBytes(StandardCharsets.UTF_8);
        out.writeInt(10 + client.length + body.length);
        out.writeShort(api);
        out.writeShort(version);
        out.writeInt(CORRELATION);
        out.writeShort(client.length);
        out.write(client);
        out.write(body);
        out.flush();
    }

    private static DataInputStream answer(DataInputStream in) throws IOException {
        int bytes = in.readInt();
        if (bytes < Integer.BYTES || bytes > LARGEST_ANSWER || in.readInt() != CORRELATION) {
            throw new IOException("no answer of a broker");
        }
        return new DataInputStream(new ByteArrayInputStream(in.readNBytes(bytes - Integer.BYTES)));
    }

    private static SSLContext trusting() throws IOException {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[] {new Trusting()}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** Trusts every certificate, since nothing that matters is sent. */
    private static final class Trusting implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
