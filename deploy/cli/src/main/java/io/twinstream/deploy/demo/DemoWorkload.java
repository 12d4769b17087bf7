package io.twinstream.deploy.demo;

import io.twinstream.ingest.publish.ProbeRequest;
import java.util.Random;

/**
 * Makes what happens in a demo: an endless sequence of probes, given by its seed. Three in five ask who it is, one in five
 * claims to be somebody, one in five is a pair. Half of each are what they seem.
 */
final class DemoWorkload {
    private static final int KINDS = 5;
    private static final int CLAIM = 3;
    private static final int PAIR = 4;
    private static final int MANY = 1 << 20;

    private final Cast cast;
    private final int enrolled;
    private final Random random;

    /**
     * @param enrolled number of the people, from 0 on, that are in the gallery; the others are strangers; at least two of each
     */
    DemoWorkload(Cast cast, int enrolled, long seed) {
        if (enrolled < 2 || cast.size() - enrolled < 2) {
            throw new IllegalArgumentException("a demo needs two people enrolled and two strangers, had %d of %d"
                    .formatted(enrolled, cast.size()));
        }
        this.cast = cast;
        this.enrolled = enrolled;
        this.random = new Random(seed);
    }

    Act next() {
        boolean mated = random.nextBoolean();
        int kind = random.nextInt(KINDS);
        if (kind == CLAIM) {
            return claim(mated);
        }
        return kind == PAIR ? pair(mated) : identify(mated);
    }

    private Act identify(boolean mated) {
        int person = mated ? random.nextInt(enrolled) : enrolled + random.nextInt(cast.size() - enrolled);
        return act(person, new ProbeRequest.Task.Identify(1), mated);
    }

    private Act claim(boolean mated) {
        int person = random.nextInt(enrolled);
        int claimed = mated ? person : other(person, enrolled);
        return act(person, new ProbeRequest.Task.Claim(cast.name(claimed)), mated);
    }

    private Act pair(boolean mated) {
        int person = random.nextInt(cast.size());
        int shown = mated ? person : other(person, cast.size());
        return act(person, new ProbeRequest.Task.Pair(cast.reference(shown)), mated);
    }

    private Act act(int person, ProbeRequest.Task task, boolean mated) {
        return new Act(cast.probe(person, random.nextInt(MANY)), task, mated, cast.name(person));
    }

    private int other(int person, int count) {
        return (person + 1 + random.nextInt(count - 1)) % count;
    }
}
