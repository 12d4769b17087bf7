package io.twinstream.deploy.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * Holds the node's listening sockets. They are bound before the node is configured and handed over when it opens its listeners,
 * so that nobody else can take a free port in between. One thread binds them, and one takes them over.
 */
final class ListenSockets implements ServerSocketFactory, AutoCloseable {
    private final Map<String, ServerSocketChannel> byListener = new HashMap<>();

    /** Binds a socket for a listener and returns its address with the port that it got. */
    InetSocketAddress bind(String listener, String host, int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(new InetSocketAddress(host, port));
            channel.configureBlocking(false);
        } catch (IOException | RuntimeException e) {
            channel.close();
            // An unknown host surfaces as an unchecked UnresolvedAddressException without a message.
            String cause = e.getMessage() == null ? "unknown host" : e.getMessage();
            throw (IOException)
                    new BindException("can't listen on %s:%d: %s".formatted(host, port, cause)).initCause(e);
        }
        synchronized (byListener) {
            byListener.put(listener, channel);
        }
        return (InetSocketAddress) channel.getLocalAddress();
    }

    @Override
    public ServerSocketChannel openServerSocket(
            String listener, InetSocketAddress address, int backlog, int receiveBufferBytes) throws IOException {
        synchronized (byListener) {
            ServerSocketChannel channel = byListener.remove(listener);
            if (channel == null) {
                throw new IOException("no socket is bound for listener " + listener);
            }
            return channel;
        }
    }

    /** Closes the sockets that were not handed over. */
    @Override
    public void close() throws IOException {
        synchronized (byListener) {
            for (ServerSocketChannel channel : byListener.values()) {
                channel.close();
            }
            byListener.clear();
        }
    }
}
