package io.twinstream.deploy.acceptance.security;

import io.twinstream.deploy.testkit.OpenTransactor;
import io.twinstream.schemas.kafka.OpenTransaction;
import io.twinstream.schemas.kafka.OpenTransactions;
import io.twinstream.schemas.kafka.TopicCreation;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.TopicPartition;

/** Creates topics and looks at them once they are there, finds a foreign transaction on one of them, and ends it. */
final class SetupDuty implements Duty {
    @Override
    public void perform(Tenant tenant) throws Exception {
        try (Admin admin = Admin.create(tenant.own().kafka())) {
            TopicCreation creation = new TopicCreation(admin);
            creation.create(tenant.topics().all());
            if (creation.create(tenant.topics().all()).stream().anyMatch(each -> each.created())) {
                throw new IOException("topics were created twice");
            }
            endForeign(tenant, new OpenTransactions(admin));
        }
    }

    private static void endForeign(Tenant tenant, OpenTransactions transactions) throws Exception {
        TopicPartition partition = new TopicPartition(tenant.topics().references(), 0);
        String id = tenant.user() + "-foreign";
        try (OpenTransactor foreign = new OpenTransactor(tenant.admin(), id, Duration.ofMinutes(10))) {
            foreign.write(partition.topic(), 0, "ann/1", new byte[] {1});
            OpenTransaction found =
                    transactions.of(transactions.heldBack(List.of(partition))).get(0);
            if (!found.transactionalId().equals(Optional.of(id))) {
                throw new IOException("not named: " + found.line(Instant.now()));
            }
            transactions.abort(found);
        }
    }
}
