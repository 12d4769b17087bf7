package io.twinstream.trainer.run;

import io.twinstream.trainer.dataset.DataReport;
import io.twinstream.trainer.training.TrainingListener;

/** Is told how a training run goes, on the thread that runs it. */
public interface RunListener extends TrainingListener {
    /** A phase begins. */
    void onPhase(RunPhase phase);

    /** The images are read, and this is wrong with them; the run may be refused right after. */
    void onData(DataReport report);
}
