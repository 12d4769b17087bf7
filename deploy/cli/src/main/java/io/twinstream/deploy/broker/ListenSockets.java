package io.twinstream.deploy.broker;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.server.ServerSocketFactory;

/**
 * The node's listening sockets, bound before the node is configured and handed to it when it opens its listeners: a
 * free port can't be taken by somebody else between choice and use. To be bound and handed over by one thread each.
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

    /** Closes what was not handed over. */
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
