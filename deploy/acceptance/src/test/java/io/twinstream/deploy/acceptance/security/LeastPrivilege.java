package io.twinstream.deploy.acceptance.security;

import io.twinstream.deploy.acceptance.rig.AcceptanceCheck;
import io.twinstream.deploy.acceptance.rig.Result;
import io.twinstream.deploy.acl.ClusterUser;
import io.twinstream.deploy.broker.TemporaryFolder;
import io.twinstream.deploy.testkit.SecureCluster;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Has each service do all its work on a cluster with an authorizer, as a user with its own rights alone, and be denied nothing.
 * With any one of them taken away a part of the work fails, and the right that was denied is the one taken away. A user without
 * rights, and one with a wrong password, get nothing.
 */
public final class LeastPrivilege implements AcceptanceCheck {
    private static final int AT_ONCE = 4;

    @Override
    public Result run(Path images) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(AT_ONCE);
        try (SecureCluster cluster = new SecureCluster();
                TemporaryFolder folder = TemporaryFolder.create("twinstream-least-")) {
            List<Trial> trials = trials(cluster);
            List<Future<Result>> running = new ArrayList<>();
            for (Trial trial : trials) {
                running.add(threads.submit(() -> {
                    Result result = trial.run(cluster, folder.path());
                    System.err.println((result.kept() ? "" : "NOT AS EXPECTED ") + result.figures());
                    return result;
                }));
            }
            long all = trials.stream().filter(each -> each.lacking() < 0).count();
            int whole = 0;
            int broken = 0;
            for (int i = 0; i < trials.size(); i++) {
                int asExpected = running.get(i).get().kept() ? 1 : 0;
                whole += trials.get(i).lacking() < 0 ? asExpected : 0;
                broken += trials.get(i).lacking() < 0 ? 0 : asExpected;
            }
            long lessOne = trials.size() - all;
            Foreigner foreigner = new Foreigner(cluster, "u" + trials.size());
            int refused = foreigner.refusals();
            return new Result(
                    whole == all && broken == lessOne && refused == foreigner.tries(),
                    "%d of %d services, the verifier once under each rebalance protocol, did all their work with their own rights alone, denied nothing; %d of %d rights were missed when they were taken away; %d of %d things refused to a foreign user and to a wrong password"
                            .formatted(whole, all, broken, lessOne, refused, foreigner.tries()));
        } finally {
            threads.shutdownNow();
        }
    }

    private static List<Trial> trials(SecureCluster cluster) {
        List<Trial> trials = new ArrayList<>();
        for (ClusterUser service : ClusterUser.values()) {
            int rights = Trial.bindings(service, "", cluster.settings(SecureCluster.ADMIN, "any"))
                    .size();
            for (int lacking = -1; lacking < rights; lacking++) {
                trials.add(new Trial(service, "u" + trials.size(), "classic", lacking));
            }
        }
        trials.add(new Trial(ClusterUser.VERIFIER, "u" + trials.size(), "streams", -1));
        return trials;
    }
}
