package io.twinstream.deploy.acceptance;

import io.twinstream.schemas.topic.TopicCreation;
import java.io.IOException;
import org.apache.kafka.clients.admin.Admin;

/** Topics created, and looked at once they are there. */
final class SetupDuty implements Duty {
    @Override
    public void perform(Tenant tenant) throws Exception {
        try (Admin admin = Admin.create(tenant.own().kafka())) {
            TopicCreation creation = new TopicCreation(admin);
            creation.create(tenant.topics().all());
            if (creation.create(tenant.topics().all()).stream().anyMatch(each -> each.created())) {
                throw new IOException("topics were created twice");
            }
        }
    }
}
