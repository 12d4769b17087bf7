package io.twinstream.deploy.acceptance.page;

import org.openqa.selenium.Keys;

/** Works the page without a mouse. */
final class PageKeyboard {
    private final Browser browser;
    private final PageViews views;

    PageKeyboard(Browser browser, PageViews views) {
        this.browser = browser;
        this.views = views;
    }

    /**
     * Checks that the skip link comes first and leads to the view, and that a dialog keeps the focus until Escape closes it and
     * gives the focus back.
     */
    void reachesEverything() {
        views.open("models?model=letters%2F2");
        browser.await("an order to give", "document.querySelector('section .buttons button') !== null");
        // The focus begins at the top again.
        browser.run("location.reload()");
        browser.await("an order to give", "document.querySelector('section .buttons button') !== null");
        browser.find("body").sendKeys(Keys.TAB);
        browser.await("focus on the skip link", "document.activeElement.className === 'skip'");
        browser.find(".skip").sendKeys(Keys.ENTER);
        browser.await("focus on the view", "document.activeElement.id === 'main'");
        browser.run("document.querySelector('section .buttons button').focus()");
        browser.find("section .buttons button").sendKeys(Keys.ENTER);
        browser.await("focus in the dialog", "document.activeElement.closest('dialog') !== null");
        browser.find("dialog [name=reason]").sendKeys(Keys.ESCAPE);
        browser.await("no dialog", "document.querySelector('dialog') === null");
        browser.await("focus on what opened it", "document.activeElement.textContent === 'Activate'");
    }
}
