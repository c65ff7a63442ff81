//! Files in a folder, as they are found after the service has done its work.

use std::fs;

use crate::house::{House, monday_rule};
use aftercall::delivery::{DeliveryRule, Setup};
use aftercall_storage::delivery::DeliveryState;

#[tokio::test]
async fn files_are_there_once_the_folder_is() {
    let house = House::new("2026-11-23T04:59:00Z", Setup::default());
    let folder = house.path("share");
    let rule = DeliveryRule {
        folder: Some(folder.clone()),
        ..monday_rule()
    };
    house.current.exchange(Setup {
        rules: vec![rule.into()],
        mail: None,
    });
    let mut node = house.start("node-1").await;
    node.run().await;
    house.clock.set("2026-11-23T05:00:05Z");
    node.run().await;
    let failed = node.only().await;
    assert_eq!(
        failed.state,
        DeliveryState::Pending,
        "a share that is not mounted"
    );
    fs::create_dir(&folder).unwrap();
    house.clock.pass(2);
    node.run().await;
    assert_eq!(node.only().await.state, DeliveryState::Sent);
    let mut names: Vec<String> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "aftercall-report-2026-11-16_2026-11-22-sales.csv",
            "aftercall-report-2026-11-16_2026-11-22-sales.xlsx"
        ]
    );
    let csv = fs::read(folder.join(&names[0])).unwrap();
    assert_eq!(csv, b"\xef\xbb\xbfqueue;nps\r\n=1+1;0\r\n");
}
