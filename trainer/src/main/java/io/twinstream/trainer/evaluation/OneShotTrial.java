package io.twinstream.trainer.evaluation;

import io.twinstream.schemas.image.Picture;
import io.twinstream.trainer.dataset.OneShotRun;

/**
 * One test picture of a one-shot run and the class that it was taken for.
 *
 * @param test index of the test picture in its run
 * @param chosen index of the class in the run
 */
public record OneShotTrial(OneShotRun run, int test, int chosen) {
    public boolean correct() {
        return chosen == answer();
    }

    public Picture probe() {
        return run.tests().get(test);
    }

    public Picture chosenClass() {
        return run.classes().get(chosen);
    }

    public Picture rightClass() {
        return run.classes().get(answer());
    }

    private int answer() {
        return run.answers().get(test);
    }
}
