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

    private final People people;
    private final int enrolled;
    private final Random random;

    /**
     * @param enrolled number of the people, from 0 on, that are in the gallery; the others are strangers; at least two of each
     */
    DemoWorkload(People people, int enrolled, long seed) {
        if (enrolled < 2 || people.size() - enrolled < 2) {
            throw new IllegalArgumentException("a demo needs two people enrolled and two strangers, had %d of %d"
                    .formatted(enrolled, people.size()));
        }
        this.people = people;
        this.enrolled = enrolled;
        this.random = new Random(seed);
    }

    DemoProbe next() {
        boolean mated = random.nextBoolean();
        int kind = random.nextInt(KINDS);
        if (kind == CLAIM) {
            return claim(mated);
        }
        return kind == PAIR ? pair(mated) : identify(mated);
    }

    private DemoProbe identify(boolean mated) {
        int person = mated ? random.nextInt(enrolled) : enrolled + random.nextInt(people.size() - enrolled);
        return probe(person, new ProbeRequest.Task.Identify(1), mated);
    }

    private DemoProbe claim(boolean mated) {
        int person = random.nextInt(enrolled);
        int claimed = mated ? person : other(person, enrolled);
        return probe(person, new ProbeRequest.Task.Claim(people.name(claimed)), mated);
    }

    private DemoProbe pair(boolean mated) {
        int person = random.nextInt(people.size());
        int shown = mated ? person : other(person, people.size());
        return probe(person, new ProbeRequest.Task.Pair(people.reference(shown)), mated);
    }

    private DemoProbe probe(int person, ProbeRequest.Task task, boolean mated) {
        return new DemoProbe(people.probe(person, random.nextInt(MANY)), task, mated, people.name(person));
    }

    private int other(int person, int count) {
        return (person + 1 + random.nextInt(count - 1)) % count;
    }
}
