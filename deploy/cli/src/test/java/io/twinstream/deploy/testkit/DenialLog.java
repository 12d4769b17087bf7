package io.twinstream.deploy.testkit;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.metadata.authorizer.StandardAuthorizer;
import org.apache.kafka.server.authorizer.Action;
import org.apache.kafka.server.authorizer.AuthorizableRequestContext;
import org.apache.kafka.server.authorizer.AuthorizationResult;

/**
 * Is Kafka's own authorizer, which also keeps what it denied, questions of what would be allowed aside. The broker makes it by
 * its name.
 */
public final class DenialLog extends StandardAuthorizer {
    private static final Queue<Denial> DENIALS = new ConcurrentLinkedQueue<>();

    /** Says that somebody wanted something and didn't get it. */
    public record Denial(String user, AclOperation operation, ResourcePattern resource) {}

    /** Returns what a user was denied so far, each once. */
    public static List<Denial> of(String user) {
        return DENIALS.stream()
                .filter(each -> each.user().equals(user))
                .distinct()
                .toList();
    }

    @Override
    public List<AuthorizationResult> authorize(AuthorizableRequestContext context, List<Action> actions) {
        List<AuthorizationResult> results = super.authorize(context, actions);
        for (int i = 0; i < results.size(); i++) {
            Action action = actions.get(i);
            if (results.get(i) == AuthorizationResult.DENIED && action.logIfDenied()) {
                DENIALS.add(new Denial(context.principal().getName(), action.operation(), action.resourcePattern()));
            }
        }
        return results;
    }
}
