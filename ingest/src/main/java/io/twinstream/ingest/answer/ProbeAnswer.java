package io.twinstream.ingest.answer;

import io.twinstream.schemas.record.Verdict;
import io.twinstream.schemas.result.DeadLetterView;

/** Says what has become of a probe, for whoever asks. */
public sealed interface ProbeAnswer {
    /** Returns the word that stands for it among metrics. */
    String word();

    /** A verifier has judged the probe. */
    record Judged(Verdict verdict) implements ProbeAnswer {
        static final String WORD = "judged";

        @Override
        public String word() {
            return WORD;
        }
    }

    /** The probe can't be judged. */
    record Rejected(DeadLetterView letter) implements ProbeAnswer {
        static final String WORD = "rejected";

        @Override
        public String word() {
            return WORD;
        }
    }

    /**
     * Neither has come, or what has come is too large to be given.
     *
     * @param why one line on what kept the caller from waiting; empty where the wait was over
     * @param tooLarge whether a verdict has come that is too large; the line then says where to read it
     */
    record Outstanding(String why, boolean tooLarge) implements ProbeAnswer {
        static final String WORD = "outstanding";
        static final Outstanding IN_TIME = new Outstanding("");

        Outstanding(String why) {
            this(why, false);
        }

        @Override
        public String word() {
            return WORD;
        }
    }
}
