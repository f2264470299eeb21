-- The tables and columns of VICIdial that the wizard and the lab's own stand-ins read and write: names, types,
-- lengths, enums and defaults as vicidial.md gives them for schema 1720. Columns that nobody here touches are left out.

CREATE TABLE system_settings (
  version VARCHAR(50),
  db_schema_version INT(8) UNSIGNED DEFAULT 0,
  svn_revision INT(9) DEFAULT 0,
  svn_version VARCHAR(100) DEFAULT '',
  allowed_sip_stacks VARCHAR(20) DEFAULT 'SIP',
  active_modules TEXT,
  level_8_disable_add ENUM('0','1') DEFAULT '0',
  test_campaign_calls ENUM('0','1') DEFAULT '0',
  reload_timestamp DATETIME,
  use_non_latin ENUM('0','1') DEFAULT '0',
  active_voicemail_server VARCHAR(15) DEFAULT '',
  timeclock_end_of_day VARCHAR(4) DEFAULT '0000',
  enhanced_disconnect_logging ENUM('0','1','2','3') DEFAULT '0',
  custom_dialplan_entry TEXT,
  default_codecs VARCHAR(100) DEFAULT '',
  default_phone_code VARCHAR(8) DEFAULT '1',
  highest_lead_id VARCHAR(20) DEFAULT '0',
  slave_db_server VARCHAR(50) DEFAULT '',
  opensips_cid_name ENUM('0','1') DEFAULT '0'
) ENGINE=MyISAM;

CREATE TABLE servers (
  server_id VARCHAR(10) NOT NULL,
  server_description VARCHAR(255),
  server_ip VARCHAR(15) NOT NULL,
  active ENUM('Y','N'),
  asterisk_version VARCHAR(20) DEFAULT '1.4.21.2',
  max_vicidial_trunks SMALLINT(4) DEFAULT 23,
  telnet_host VARCHAR(20) NOT NULL DEFAULT 'localhost',
  telnet_port INT(5) NOT NULL DEFAULT 5038,
  ASTmgrUSERNAME VARCHAR(20) NOT NULL DEFAULT 'cron',
  ASTmgrSECRET VARCHAR(20) NOT NULL DEFAULT '1234',
  local_gmt VARCHAR(6) DEFAULT '-5.00',
  answer_transfer_agent VARCHAR(20) NOT NULL DEFAULT '8365',
  ext_context VARCHAR(20) NOT NULL DEFAULT 'default',
  vd_server_logs ENUM('Y','N') DEFAULT 'Y',
  agi_output ENUM('NONE','STDERR','FILE','BOTH') DEFAULT 'FILE',
  vicidial_balance_active ENUM('Y','N') DEFAULT 'N',
  active_asterisk_server ENUM('Y','N') DEFAULT 'Y',
  generate_vicidial_conf ENUM('Y','N') DEFAULT 'Y',
  rebuild_conf_files ENUM('Y','N') DEFAULT 'Y',
  outbound_calls_per_second SMALLINT(3) UNSIGNED DEFAULT 5,
  carrier_logging_active ENUM('Y','N') DEFAULT 'Y',
  active_agent_login_server ENUM('Y','N') DEFAULT 'Y',
  conf_secret VARCHAR(100) DEFAULT 'test',
  external_server_ip VARCHAR(100) DEFAULT '',
  custom_dialplan_entry TEXT,
  user_group VARCHAR(20) DEFAULT '---ALL---',
  svn_revision INT(9) DEFAULT 0,
  svn_info TEXT,
  auto_restart_asterisk ENUM('Y','N') DEFAULT 'N',
  gather_asterisk_output ENUM('Y','N') DEFAULT 'N',
  conf_qualify ENUM('Y','N') DEFAULT 'Y',
  routing_prefix VARCHAR(10) DEFAULT '13',
  conf_engine ENUM('MEETME','CONFBRIDGE') COLLATE utf8_unicode_ci DEFAULT 'MEETME'
) ENGINE=MyISAM;

CREATE TABLE vicidial_server_carriers (
  carrier_id VARCHAR(15) NOT NULL,
  carrier_name VARCHAR(50) NOT NULL,
  registration_string VARCHAR(255),
  template_id VARCHAR(15) NOT NULL,
  account_entry TEXT,
  protocol ENUM('SIP','PJSIP','PJSIP_WIZ','Zap','IAX2','EXTERNAL') DEFAULT 'SIP',
  globals_string VARCHAR(255),
  dialplan_entry TEXT,
  server_ip VARCHAR(15) NOT NULL,
  active ENUM('Y','N') DEFAULT 'Y',
  carrier_description VARCHAR(255),
  user_group VARCHAR(20) DEFAULT '---ALL---',
  UNIQUE INDEX (carrier_id),
  INDEX (server_ip)
) ENGINE=MyISAM;

CREATE TABLE vicidial_conf_templates (
  template_id VARCHAR(15) NOT NULL,
  template_name VARCHAR(50) NOT NULL,
  template_contents TEXT,
  user_group VARCHAR(20) DEFAULT '---ALL---',
  UNIQUE INDEX (template_id)
) ENGINE=MyISAM;

CREATE TABLE phones (
  extension VARCHAR(100),
  dialplan_number VARCHAR(20),
  voicemail_id VARCHAR(10),
  server_ip VARCHAR(15),
  pass VARCHAR(100),
  active ENUM('Y','N'),
  fullname VARCHAR(50),
  protocol ENUM('SIP','PJSIP','Zap','IAX2','EXTERNAL') DEFAULT 'SIP',
  outbound_cid VARCHAR(20),
  template_id VARCHAR(15) DEFAULT '',
  conf_override TEXT,
  phone_context VARCHAR(20) DEFAULT 'default',
  phone_ring_timeout SMALLINT(3) DEFAULT 60,
  conf_secret VARCHAR(100) DEFAULT 'test'
) ENGINE=MyISAM;

CREATE TABLE vicidial_call_menu (
  menu_id VARCHAR(50) PRIMARY KEY NOT NULL,
  menu_name VARCHAR(100)
) ENGINE=MyISAM;

CREATE TABLE vicidial_campaigns (
  campaign_id VARCHAR(8) PRIMARY KEY NOT NULL,
  campaign_name VARCHAR(40),
  active ENUM('Y','N'),
  auto_dial_level VARCHAR(6) DEFAULT '0',
  dial_timeout TINYINT UNSIGNED DEFAULT 60,
  dial_prefix VARCHAR(20) DEFAULT '9',
  campaign_cid VARCHAR(20) DEFAULT '0000000000',
  campaign_vdad_exten VARCHAR(20) DEFAULT '8368',
  omit_phone_code ENUM('Y','N') DEFAULT 'N',
  manual_dial_list_id BIGINT(14) UNSIGNED DEFAULT 998,
  three_way_dial_prefix VARCHAR(20) DEFAULT '',
  manual_dial_prefix VARCHAR(20) DEFAULT '',
  user_group VARCHAR(20) DEFAULT '---ALL---',
  manual_dial_timeout VARCHAR(3) DEFAULT ''
) ENGINE=MyISAM;

CREATE TABLE vicidial_lists (
  list_id BIGINT(14) UNSIGNED PRIMARY KEY NOT NULL,
  list_name VARCHAR(30),
  campaign_id VARCHAR(8),
  active ENUM('Y','N'),
  campaign_cid_override VARCHAR(20) DEFAULT '',
  dial_prefix VARCHAR(20) DEFAULT ''
) ENGINE=MyISAM;

CREATE TABLE vicidial_list (
  lead_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
  status VARCHAR(6),
  list_id BIGINT(14) UNSIGNED NOT NULL DEFAULT 0,
  phone_code VARCHAR(10),
  phone_number VARCHAR(18) NOT NULL,
  INDEX (phone_number),
  INDEX (list_id),
  INDEX (status)
) ENGINE=MyISAM;

CREATE TABLE vicidial_live_agents (
  live_agent_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
  user VARCHAR(20),
  server_ip VARCHAR(15) NOT NULL,
  status ENUM('READY','QUEUE','INCALL','PAUSED','CLOSER','MQUEUE') DEFAULT 'PAUSED',
  lead_id INT(9) UNSIGNED NOT NULL,
  campaign_id VARCHAR(8)
) ENGINE=MyISAM;

CREATE TABLE vicidial_auto_calls (
  auto_call_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
  server_ip VARCHAR(15) NOT NULL,
  campaign_id VARCHAR(20),
  status ENUM('SENT','RINGING','LIVE','XFER','PAUSED','CLOSER','BUSY','DISCONNECT','IVR') DEFAULT 'PAUSED',
  lead_id INT(9) UNSIGNED NOT NULL,
  uniqueid VARCHAR(20),
  callerid VARCHAR(20),
  channel VARCHAR(100),
  phone_code VARCHAR(10),
  phone_number VARCHAR(18),
  call_time DATETIME,
  INDEX (uniqueid),
  INDEX (callerid)
) ENGINE=MyISAM;

CREATE TABLE call_log (
  uniqueid VARCHAR(20) PRIMARY KEY NOT NULL,
  channel VARCHAR(100),
  channel_group VARCHAR(30),
  type VARCHAR(10),
  server_ip VARCHAR(15),
  extension VARCHAR(100),
  number_dialed VARCHAR(15),
  caller_code VARCHAR(20),
  start_time DATETIME,
  start_epoch INT(10),
  end_time DATETIME,
  end_epoch INT(10),
  length_in_sec INT(10),
  length_in_min DOUBLE(8,2),
  INDEX (caller_code),
  INDEX (server_ip),
  INDEX (channel)
) ENGINE=MyISAM;

CREATE TABLE vicidial_carrier_log (
  uniqueid VARCHAR(20) PRIMARY KEY NOT NULL,
  call_date DATETIME,
  server_ip VARCHAR(15) NOT NULL,
  lead_id INT(9) UNSIGNED,
  hangup_cause TINYINT(1) UNSIGNED DEFAULT 0,
  dialstatus VARCHAR(16),
  channel VARCHAR(100),
  dial_time SMALLINT(3) UNSIGNED DEFAULT 0,
  answered_time SMALLINT(4) UNSIGNED DEFAULT 0,
  sip_hangup_cause SMALLINT(4) UNSIGNED DEFAULT 0,
  sip_hangup_reason VARCHAR(50) DEFAULT '',
  caller_code VARCHAR(30) DEFAULT '',
  INDEX (call_date),
  INDEX (lead_id)
) ENGINE=MyISAM;

CREATE TABLE vicidial_dial_log (
  caller_code VARCHAR(30) NOT NULL,
  lead_id INT(9) UNSIGNED DEFAULT 0,
  server_ip VARCHAR(15),
  call_date DATETIME,
  extension VARCHAR(100) DEFAULT '',
  channel VARCHAR(100) DEFAULT '',
  context VARCHAR(100) DEFAULT '',
  timeout MEDIUMINT(7) UNSIGNED DEFAULT 0,
  outbound_cid VARCHAR(100) DEFAULT '',
  sip_hangup_cause SMALLINT(4) UNSIGNED DEFAULT 0,
  sip_hangup_reason VARCHAR(50) DEFAULT '',
  uniqueid VARCHAR(20) DEFAULT '',
  INDEX (caller_code),
  INDEX (lead_id),
  INDEX (call_date)
) ENGINE=MyISAM;

CREATE TABLE vicidial_server_trunks (
  server_ip VARCHAR(15) NOT NULL,
  campaign_id VARCHAR(20) NOT NULL,
  dedicated_trunks SMALLINT(5) UNSIGNED DEFAULT 0,
  trunk_restriction ENUM('MAXIMUM_LIMIT','OVERFLOW_ALLOWED') DEFAULT 'OVERFLOW_ALLOWED',
  INDEX (campaign_id),
  INDEX (server_ip)
) ENGINE=MyISAM;

CREATE TABLE vicidial_settings_containers (
  container_id VARCHAR(40) PRIMARY KEY NOT NULL,
  container_notes VARCHAR(255) DEFAULT '',
  container_type VARCHAR(40) DEFAULT 'OTHER',
  user_group VARCHAR(20) DEFAULT '---ALL---',
  container_entry MEDIUMTEXT
) ENGINE=MyISAM CHARSET=utf8 COLLATE=utf8_unicode_ci;

CREATE TABLE vicidial_tiltx_shaken_log (
  db_time DATETIME NOT NULL,
  server_ip VARCHAR(15) NOT NULL,
  url_log_id INT(9) UNSIGNED NOT NULL,
  caller_code VARCHAR(20),
  INDEX (db_time)
) ENGINE=MyISAM;

CREATE TABLE vicidial_url_log (
  url_log_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
  uniqueid VARCHAR(50) NOT NULL,
  url_date DATETIME,
  url_type VARCHAR(10) DEFAULT '',
  url TEXT,
  INDEX (uniqueid)
) ENGINE=MyISAM;

CREATE TABLE vicidial_admin_log (
  admin_log_id INT(9) UNSIGNED AUTO_INCREMENT PRIMARY KEY NOT NULL,
  event_date DATETIME NOT NULL,
  user VARCHAR(20) NOT NULL,
  ip_address VARCHAR(15) NOT NULL,
  event_section VARCHAR(30) NOT NULL,
  event_type ENUM('ADD','COPY','LOAD','RESET','MODIFY','DELETE','SEARCH','LOGIN','LOGOUT','CLEAR','OVERRIDE','EXPORT','OTHER') DEFAULT 'OTHER',
  record_id VARCHAR(50) NOT NULL,
  event_code VARCHAR(255) NOT NULL,
  event_sql MEDIUMTEXT,
  event_notes MEDIUMTEXT,
  user_group VARCHAR(20) DEFAULT '---ALL---',
  INDEX (user),
  INDEX (event_section),
  INDEX (record_id)
) ENGINE=MyISAM;
