package io.twinstream.deploy.acceptance.recovery;

import com.sun.jdi.Bootstrap;
import com.sun.jdi.ClassType;
import com.sun.jdi.Method;
import com.sun.jdi.ObjectReference;
import com.sun.jdi.ReferenceType;
import com.sun.jdi.ThreadReference;
import com.sun.jdi.VMDisconnectedException;
import com.sun.jdi.VirtualMachine;
import com.sun.jdi.connect.AttachingConnector;
import com.sun.jdi.connect.Connector;
import com.sun.jdi.event.BreakpointEvent;
import com.sun.jdi.event.ClassPrepareEvent;
import com.sun.jdi.event.Event;
import com.sun.jdi.event.EventSet;
import com.sun.jdi.request.EventRequest;
import io.twinstream.deploy.acceptance.rig.Rig;
import io.twinstream.schemas.settings.CommonSettings;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * Runs a service in a process of its own, by the launcher, under this process's debugger: it can hold a thread at a method's
 * beginning, and throw an error into any thread. What is done so needs nothing in the product's classes.
 */
final class DebuggedService implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(90);
    private static final Duration REACHED = Duration.ofSeconds(20);
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Pattern DEBUGGER = Pattern.compile("Listening for transport dt_socket at address: (\\d+)");
    private static final Pattern PORT = Pattern.compile("(?:page|images|requests) at https?://[^:]+:(\\d+)/");

    private final Path log = Files.createTempFile("service", ".log");
    private final Process process;
    private final VirtualMachine machine;
    private final int port;

    /**
     * Starts the service, and waits until it listens.
     *
     * @param command of the launcher
     * @param settings further ones, {@code key=value}
     */
    DebuggedService(Rig rig, String command, String... settings) throws Exception {
        File launcher = new File(System.getProperty("twinstream.launcher", "deploy/twinstream"));
        List<String> line = new ArrayList<>(List.of(launcher.getAbsolutePath(), command));
        line.addAll(List.of("--set", CommonSettings.BOOTSTRAP + "=" + rig.bootstrapServers()));
        for (String setting : settings) {
            line.addAll(List.of("--set", setting));
        }
        ProcessBuilder builder =
                new ProcessBuilder(line).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment()
                .put(
                        "TWINSTREAM_JAVA_OPTS",
                        "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0");
        process = builder.start();
        machine = attach(await(DEBUGGER));
        port = await(PORT);
    }

    int port() {
        return port;
    }

    Process process() {
        return process;
    }

    String log() throws IOException {
        return Files.readString(log);
    }

    Path logFile() {
        return log;
    }

    HttpResponse<String> get(String path) throws IOException, InterruptedException {
        return send(HttpRequest.newBuilder(uri(path)).build());
    }

    HttpResponse<String> send(HttpRequest request) throws IOException, InterruptedException {
        return HTTP.send(request, BodyHandlers.ofString());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    /** Returns the names of all Java threads. */
    List<String> threads() {
        return machine.allThreads().stream().map(ThreadReference::name).toList();
    }

    /** Makes an error there, on a thread that answers a request just then. */
    ObjectReference error(String type, String message) throws Exception {
        CompletableFuture<ObjectReference> made = new CompletableFuture<>();
        Thread asking = onNextRequest(thread -> {
            ClassType error = (ClassType) machine.classesByName(type).get(0);
            Method constructor = error.concreteMethodByName("<init>", "(Ljava/lang/String;)V");
            ObjectReference reference = error.newInstance(
                    thread, constructor, List.of(machine.mirrorOf(message)), ObjectReference.INVOKE_SINGLE_THREADED);
            reference.disableCollection();
            made.complete(reference);
        });
        HttpResponse<String> unused = get("/health/live");
        asking.join();
        return made.get();
    }

    /** Throws an error into the thread that answers the next request for liveness. */
    HttpResponse<String> failNextRequest(ObjectReference error) throws Exception {
        Thread asking = onNextRequest(thread -> thread.stop(error));
        HttpResponse<String> answer = get("/health/live");
        asking.join();
        return answer;
    }

    /** Throws an error into a thread, wherever it is. It returns false where there is no such thread. */
    boolean stop(Predicate<String> name, ObjectReference error) throws Exception {
        for (ThreadReference thread : machine.allThreads()) {
            if (name.test(thread.name())) {
                thread.stop(error);
                return true;
            }
        }
        return false;
    }

    /**
     * Throws an error into a thread when it next begins to execute a method. It returns false where it doesn't in time.
     *
     * @param trigger has it do so, once that is watched for
     */
    boolean stopAt(String type, String method, Predicate<String> name, ObjectReference error, Runnable trigger)
            throws Exception {
        List<EventRequest> requests = machine.classesByName(type).stream()
                .flatMap(each -> each.methodsByName(method).stream())
                .map(this::breakAt)
                .toList();
        trigger.run();
        long end = System.nanoTime() + REACHED.toNanos();
        boolean stopped = false;
        while (!stopped && System.nanoTime() < end) {
            EventSet set = machine.eventQueue().remove(REACHED.toMillis());
            if (set == null) {
                break;
            }
            for (Event event : set) {
                if (event instanceof BreakpointEvent reached
                        && name.test(reached.thread().name())) {
                    requests.forEach(EventRequest::disable);
                    reached.thread().stop(error);
                    stopped = true;
                }
            }
            set.resume();
        }
        requests.forEach(EventRequest::disable);
        return stopped;
    }

    /**
     * Holds the threads for ever that begin to execute a method, where its first argument is an array of at least this length.
     *
     * @param held runs once for each, on a thread of this process
     */
    void hold(String type, String method, int length, Runnable held) {
        // The class may not be loaded yet.
        var prepared = machine.eventRequestManager().createClassPrepareRequest();
        prepared.addClassFilter(type);
        prepared.setSuspendPolicy(EventRequest.SUSPEND_ALL);
        prepared.enable();
        machine.classesByName(type).forEach(each -> breakAt(each, method));
        Thread events = new Thread(
                () -> {
                    try {
                        while (true) {
                            EventSet set = machine.eventQueue().remove();
                            boolean resumed = true;
                            for (Event event : set) {
                                if (event instanceof ClassPrepareEvent loaded) {
                                    breakAt(loaded.referenceType(), method);
                                } else if (event instanceof BreakpointEvent reached && length(reached) >= length) {
                                    resumed = false;
                                    held.run();
                                }
                            }
                            if (resumed) {
                                set.resume();
                            }
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    } catch (VMDisconnectedException e) {
                        System.err.println("the debugged service has ended");
                    }
                },
                "debugger");
        events.setDaemon(true);
        events.start();
    }

    @Override
    public void close() throws InterruptedException {
        process.destroyForcibly().waitFor();
        System.err.println("log: " + log);
    }

    private interface OnThread {
        void run(ThreadReference thread) throws Exception;
    }

    /** Does something on the thread that answers the next request for liveness, while it is held. */
    private Thread onNextRequest(OnThread work) throws Exception {
        ReferenceType health =
                machine.classesByName("io.twinstream.schemas.http.Health").get(0);
        EventRequest request = breakAt(health, "answer");
        Thread answering = new Thread(
                () -> {
                    try {
                        EventSet set = machine.eventQueue().remove();
                        for (Event event : set) {
                            if (event instanceof BreakpointEvent reached) {
                                request.disable();
                                work.run(reached.thread());
                            }
                        }
                        set.resume();
                    } catch (Exception e) {
                        throw new IllegalStateException(e);
                    }
                },
                "debugger");
        answering.start();
        return answering;
    }

    private EventRequest breakAt(ReferenceType type, String method) {
        return breakAt(type.methodsByName(method).get(0));
    }

    private EventRequest breakAt(Method method) {
        EventRequest request = machine.eventRequestManager().createBreakpointRequest(method.location());
        request.setSuspendPolicy(EventRequest.SUSPEND_EVENT_THREAD);
        request.enable();
        return request;
    }

    private static int length(BreakpointEvent event) {
        try {
            return event.thread().frame(0).getArgumentValues().get(0) instanceof com.sun.jdi.ArrayReference array
                    ? array.length()
                    : 0;
        } catch (com.sun.jdi.IncompatibleThreadStateException e) {
            throw new IllegalStateException(e);
        }
    }

    private int await(Pattern pattern) {
        Awaitility.await("a line like " + pattern + " in " + log).atMost(START).until(() -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("the service has ended by itself, see " + log);
            }
            return pattern.matcher(log()).find();
        });
        try {
            Matcher found = pattern.matcher(log());
            if (found.find()) {
                return Integer.parseInt(found.group(1));
            }
            throw new IllegalStateException("the log has been cut: " + log);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static VirtualMachine attach(int port) throws Exception {
        AttachingConnector connector = Bootstrap.virtualMachineManager().attachingConnectors().stream()
                .filter(each -> each.name().equals("com.sun.jdi.SocketAttach"))
                .findFirst()
                .orElseThrow();
        Map<String, Connector.Argument> arguments = connector.defaultArguments();
        arguments.get("hostname").setValue("127.0.0.1");
        arguments.get("port").setValue(Integer.toString(port));
        return connector.attach(arguments);
    }
}
